// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that go on where they were: a relative sleep and a poll that have been
 * interrupted continue by restart_syscall(), with what the kernel has kept for
 * them. That is carried as the time that is left; on the other machine the same
 * call is made for that time and interrupted at once, which leaves its kernel
 * with the same to go on from.
 *
 * Futexes with a time limit and sleeps by other clocks are not carried: they end
 * with EINTR.
 */
#include <linux/mman.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <asm/syscall.h>

#include "image.h"

static ktime_t now_of(clockid_t clock)
{
	return clock == CLOCK_BOOTTIME ? ktime_get_boottime() : ktime_get();
}

static u64 left_until(u64 end, clockid_t clock)
{
	s64 left = end - ktime_to_ns(now_of(clock));

	return max_t(s64, left, 0);
}

u32 ssi_resumption_of(int call)
{
	switch (call) {
	case __NR_nanosleep:
	case __NR_clock_nanosleep:
		switch (current->restart_block.nanosleep.clockid) {
		case CLOCK_MONOTONIC:
		case CLOCK_BOOTTIME:
			return SSI_IMAGE_SLEEPS;
		}
		return 0;
	case __NR_poll:
		return SSI_IMAGE_POLLS;
	}
	return 0;
}

static void capture_sleep(struct ssi_writer *w)
{
	const struct restart_block *block = &current->restart_block;
	bool tells = block->nanosleep.type != TT_NONE;

	ssi_put_u32(w, block->nanosleep.clockid);
	ssi_put_u64(w, tells ? (unsigned long)block->nanosleep.rmtp : 0);
	ssi_put_u64(w, left_until(block->nanosleep.expires, block->nanosleep.clockid));
}

static void capture_poll(struct ssi_writer *w)
{
	const struct restart_block *block = &current->restart_block;
	u64 end = block->poll.tv_sec * NSEC_PER_SEC + block->poll.tv_nsec;

	ssi_put_u32(w, block->poll.nfds);
	ssi_put_u64(w, (unsigned long)block->poll.ufds);
	ssi_put_u64(w, block->poll.has_timeout ? left_until(end, CLOCK_MONOTONIC) : U64_MAX);
}

void ssi_capture_resumption(struct ssi_writer *w, u32 flags)
{
	if (flags & SSI_IMAGE_SLEEPS)
		capture_sleep(w);
	else if (flags & SSI_IMAGE_POLLS)
		capture_poll(w);
}

void ssi_decode_resumption(struct ssi_cursor *c, u32 flags, struct ssi_image_resumption *r)
{
	if (!(flags & SSI_IMAGE_RESUMES))
		return;
	r->number = ssi_get_u32(c);
	r->address = ssi_get_u64(c);
	r->left_ns = ssi_get_u64(c);
	if ((flags & SSI_IMAGE_RESUMES) == SSI_IMAGE_RESUMES || r->address >= TASK_SIZE_MAX)
		ssi_cursor_fail(c);
	if (flags & SSI_IMAGE_SLEEPS && r->number != CLOCK_MONOTONIC &&
	    r->number != CLOCK_BOOTTIME)
		ssi_cursor_fail(c);
}

static long sleep_for(const struct ssi_image_resumption *r)
{
	unsigned long lent = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	struct timespec64 left = ns_to_timespec64(min_t(u64, r->left_ns, KTIME_MAX));
	struct restart_block *block = &current->restart_block;
	struct pt_regs regs = { .orig_ax = __NR_clock_nanosleep };
	long ret;

	if (IS_ERR_VALUE(lent))
		return -EINTR;
	regs.di = r->number;
	regs.dx = lent;
	ret = put_timespec64(&left, (void __user *)lent);
	if (!ret)
		ret = x64_sys_call(&regs, regs.orig_ax);
	vm_munmap(lent, PAGE_SIZE);
	if (ret == -ERESTART_RESTARTBLOCK && r->address) {
		block->nanosleep.type = TT_NATIVE;
		block->nanosleep.rmtp = (void __user *)r->address;
	}
	return ret;
}

static long poll_for(const struct ssi_image_resumption *r)
{
	struct pt_regs regs = { .orig_ax = __NR_poll };
	u64 ms = DIV_ROUND_UP_ULL(r->left_ns, NSEC_PER_MSEC);

	regs.di = r->address;
	regs.si = r->number;
	regs.dx = r->left_ns == U64_MAX ? -1 : min_t(u64, ms, INT_MAX);
	return x64_sys_call(&regs, regs.orig_ax);
}

void ssi_install_resumption(const struct ssi_image *image)
{
	struct pt_regs *regs = current_pt_regs();
	bool was_set = test_thread_flag(TIF_NOTIFY_SIGNAL);
	long ret;

	if (!(image->flags & SSI_IMAGE_RESUMES))
		return;
	set_thread_flag(TIF_NOTIFY_SIGNAL);	/* what interrupts it */
	ret = image->flags & SSI_IMAGE_SLEEPS ? sleep_for(&image->resumption) :
						poll_for(&image->resumption);
	if (!was_set)
		clear_notify_signal();
	if (ret == -ERESTART_RESTARTBLOCK)
		return;		/* restart_syscall() it is, as the registers say */
	/* it is over already */
	regs->ax = ret;
	regs->ip += 2;
}
