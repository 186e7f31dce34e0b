// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that go on where they were: a relative sleep and a poll that have been
 * interrupted continue by restart_syscall(), with what the kernel has kept for
 * them. That is carried as the instant when it ends; on the other machine the same
 * call is made for the time until then and interrupted at once, which leaves its kernel
 * with the same to go on from.
 *
 * The kernel tells what goes on only by a function of its own; which one belongs
 * to which call is learnt by making each once, when the module is loaded.
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

#include "clock.h"
#include "image.h"

typedef long (*restart_fn)(struct restart_block *block);

/* written once, at module load */
static restart_fn goes_on_sleeping, goes_on_polling;

/* SSI_IMAGE_ bit of what current continues by restart_syscall(); 0: can not be carried */
static u32 resumption(void)
{
	const struct restart_block *block = &current->restart_block;

	if (block->fn == goes_on_polling)
		return SSI_IMAGE_POLLS;
	if (block->fn == goes_on_sleeping && (block->nanosleep.clockid == CLOCK_MONOTONIC ||
					      block->nanosleep.clockid == CLOCK_BOOTTIME))
		return SSI_IMAGE_SLEEPS;
	return 0;
}

void ssi_rewind_call(struct pt_regs *regs)
{
	regs->ip -= 2;		/* the syscall instruction */
	regs->ax = regs->orig_ax;
	regs->orig_ax = -1;
}

u32 ssi_resumption_at(const struct pt_regs *regs)
{
	return regs->orig_ax == __NR_restart_syscall ? resumption() : 0;
}

/* About to make a restart_syscall(), because it has just been interrupted or moved. */
static bool stands_at_restart(const struct pt_regs *regs)
{
	static const u8 syscall[] = { 0x0f, 0x05 };
	u8 code[sizeof(syscall)];

	return regs->ax == __NR_restart_syscall &&
	       !copy_from_user(code, (const void __user *)regs->ip, sizeof(code)) &&
	       !memcmp(code, syscall, sizeof(code));
}

bool ssi_rewind_interrupted(struct pt_regs *regs, u32 *resumes)
{
	*resumes = 0;
	if (stands_at_restart(regs)) {
		*resumes = resumption();
		return *resumes;
	}
	if ((long)regs->orig_ax < 0)
		return true;
	switch ((long)regs->ax) {
	case -ERESTART_RESTARTBLOCK:
		*resumes = resumption();
		ssi_rewind_call(regs);
		regs->ax = __NR_restart_syscall;
		break;
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
		ssi_rewind_call(regs);
		break;
	default:
		return true;
	}
	/* as the kernel does before it makes a call again */
	if (test_and_clear_restore_sigmask())
		sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
	return regs->ax != __NR_restart_syscall || *resumes;
}

static void capture_sleep(struct ssi_writer *w)
{
	const struct restart_block *block = &current->restart_block;
	bool tells = block->nanosleep.type != TT_NONE;

	ssi_put_u32(w, block->nanosleep.clockid);
	ssi_put_u64(w, tells ? (unsigned long)block->nanosleep.rmtp : 0);
	ssi_put_u64(w, block->nanosleep.expires + ssi_clock_offset(block->nanosleep.clockid));
}

static void capture_poll(struct ssi_writer *w)
{
	const struct restart_block *block = &current->restart_block;
	u64 end = block->poll.tv_sec * NSEC_PER_SEC + block->poll.tv_nsec;

	ssi_put_u32(w, block->poll.nfds);
	ssi_put_u64(w, (unsigned long)block->poll.ufds);
	ssi_put_u64(w, block->poll.has_timeout ? end + ssi_clock_offset(CLOCK_MONOTONIC) : U64_MAX);
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
	r->instant_ns = ssi_get_u64(c);
	if ((flags & SSI_IMAGE_RESUMES) == SSI_IMAGE_RESUMES || r->address >= TASK_SIZE_MAX)
		ssi_cursor_fail(c);
	if (flags & SSI_IMAGE_SLEEPS && r->number != CLOCK_MONOTONIC &&
	    r->number != CLOCK_BOOTTIME)
		ssi_cursor_fail(c);
}

/* from now until @instant, 0 if it is over */
static u64 time_left(u64 instant, clockid_t clock)
{
	s64 now = ktime_to_ns(clock == CLOCK_BOOTTIME ? ktime_get_boottime() : ktime_get());
	s64 left = instant - ssi_clock_offset(clock) - now;

	return left > 0 ? left : 0;
}

static long sleep_for(const struct ssi_image_resumption *r)
{
	unsigned long lent = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	struct timespec64 left = ns_to_timespec64(time_left(r->instant_ns, r->number));
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
	u64 ms = DIV_ROUND_UP_ULL(time_left(r->instant_ns, CLOCK_MONOTONIC), NSEC_PER_MSEC);

	regs.di = r->address;
	regs.si = r->number;
	regs.dx = r->instant_ns == U64_MAX ? -1 : min_t(u64, ms, INT_MAX);
	return x64_sys_call(&regs, regs.orig_ax);
}

/* Make the call and interrupt it at once. */
static long interrupted(long (*call)(const struct ssi_image_resumption *r),
			const struct ssi_image_resumption *r)
{
	bool was_set = test_thread_flag(TIF_NOTIFY_SIGNAL);
	long ret;

	set_thread_flag(TIF_NOTIFY_SIGNAL);
	ret = call(r);
	if (!was_set)
		clear_notify_signal();
	return ret;
}

void ssi_install_resumption(const struct ssi_image *image)
{
	struct pt_regs *regs = current_pt_regs();
	long ret;

	if (!(image->flags & SSI_IMAGE_RESUMES))
		return;
	ret = interrupted(image->flags & SSI_IMAGE_SLEEPS ? sleep_for : poll_for,
			  &image->resumption);
	if (ret == -ERESTART_RESTARTBLOCK)
		return;		/* restart_syscall() it is, as the registers say */
	/* it is over already */
	regs->ax = ret;
	regs->ip += 2;
}

static restart_fn learn(long (*call)(const struct ssi_image_resumption *r))
{
	const struct ssi_image_resumption second = {
		.number = call == sleep_for ? CLOCK_MONOTONIC : 0,
		.instant_ns = ktime_get_ns() + ssi_clock_offset(CLOCK_MONOTONIC) + NSEC_PER_SEC,
	};

	if (interrupted(call, &second) != -ERESTART_RESTARTBLOCK)
		return NULL;
	return current->restart_block.fn;
}

int ssi_resume_init(void)
{
	/* whoever loads the module has its memory lent for a moment */
	if (!current->mm)
		return -EINVAL;
	goes_on_sleeping = learn(sleep_for);
	goes_on_polling = learn(poll_for);
	return goes_on_sleeping && goes_on_polling ? 0 : -EINTR;
}
