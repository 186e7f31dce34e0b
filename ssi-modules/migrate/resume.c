// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that go on where they were: those that the kernel, when they have been
 * interrupted, continues by restart_syscall() with what it has kept for them. That
 * is carried as the instant when they end; on the other machine the same call is
 * made for the time until then and interrupted at once, which leaves its kernel with
 * the same to go on from.
 *
 * The kernel tells what goes on only by a function of its own; which one belongs
 * to which call is learnt by making each once, when the module is loaded.
 *
 * Sleeps by other clocks are not carried: they end with EINTR.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/ssi.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <uapi/linux/futex.h>
#include <asm/syscall.h>

#include <ssi/lent.h>

#include "clock.h"
#include "image.h"
#include "wakeup.h"

typedef long (*restart_fn)(struct restart_block *block);

struct resumable {
	u32 flag;		/* SSI_IMAGE_ */
	restart_fn goes_on;	/* written once, at module load */
	/* what the restart block of current holds */
	void (*capture)(struct ssi_image_resumption *r);
	bool (*valid)(const struct ssi_image_resumption *r);
	/* the call, for the time that is left; the registers of the process are there */
	long (*call)(const struct ssi_image_resumption *r);
};

/* from now until @instant, 0 if it is over */
static u64 time_left(u64 instant, clockid_t clock)
{
	s64 now = ktime_to_ns(clock == CLOCK_BOOTTIME ? ktime_get_boottime() : ktime_get());
	s64 left = instant - ssi_clock_offset(clock) - now;

	return left > 0 ? left : 0;
}

/* a timespec in current's memory, to be taken back; or IS_ERR_VALUE() */
static unsigned long lend_time(u64 ns)
{
	struct timespec64 time = ns_to_timespec64(ns);
	unsigned long lent = ssi_lend(sizeof(time));

	if (!IS_ERR_VALUE(lent) && put_timespec64(&time, (void __user *)lent)) {
		ssi_take_back(lent, sizeof(time));
		return -EFAULT;
	}
	return lent;
}

static void capture_sleep(struct ssi_image_resumption *r)
{
	const struct restart_block *block = &current->restart_block;

	r->number = block->nanosleep.clockid;
	if (block->nanosleep.type != TT_NONE)
		r->address = (unsigned long)block->nanosleep.rmtp;
	r->instant_ns = block->nanosleep.expires + ssi_clock_offset(block->nanosleep.clockid);
}

static bool is_sleep(const struct ssi_image_resumption *r)
{
	return r->number == CLOCK_MONOTONIC || r->number == CLOCK_BOOTTIME;
}

static long sleep_for(const struct ssi_image_resumption *r)
{
	unsigned long lent = lend_time(time_left(r->instant_ns, r->number));
	struct restart_block *block = &current->restart_block;
	struct pt_regs regs = { .orig_ax = __NR_clock_nanosleep };
	long ret;

	if (IS_ERR_VALUE(lent))
		return -EINTR;
	regs.di = r->number;
	regs.dx = lent;
	ret = x64_sys_call(&regs, regs.orig_ax);
	ssi_take_back(lent, sizeof(struct timespec64));
	if (ret == -ERESTART_RESTARTBLOCK && r->address) {
		block->nanosleep.type = TT_NATIVE;
		block->nanosleep.rmtp = (void __user *)r->address;
	}
	return ret;
}

static void capture_poll(struct ssi_image_resumption *r)
{
	const struct restart_block *block = &current->restart_block;
	u64 end = block->poll.tv_sec * NSEC_PER_SEC + block->poll.tv_nsec;

	r->number = block->poll.nfds;
	r->address = (unsigned long)block->poll.ufds;
	r->instant_ns = block->poll.has_timeout ? end + ssi_clock_offset(CLOCK_MONOTONIC) : U64_MAX;
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

/* Only FUTEX_WAIT gets here with a limit that counts from its begin, see stands_anew(). */
static void capture_futex(struct ssi_image_resumption *r)
{
	const struct restart_block *block = &current->restart_block;

	r->number = block->futex.val;
	r->address = (unsigned long)block->futex.uaddr;
	r->instant_ns = block->futex.time + ssi_clock_offset(CLOCK_MONOTONIC);
}

/* Whether the futex is private to the process the registers of its call tell. */
static long wait_for_futex(const struct ssi_image_resumption *r)
{
	unsigned long lent = lend_time(r->instant_ns);
	struct pt_regs regs = { .orig_ax = __NR_futex };
	long ret;

	if (IS_ERR_VALUE(lent))
		return -EINTR;
	regs.di = r->address;
	regs.si = FUTEX_WAIT_BITSET | (current_pt_regs()->si & FUTEX_PRIVATE_FLAG);
	regs.dx = r->number;
	regs.r10 = lent;
	regs.r9 = FUTEX_BITSET_MATCH_ANY;
	ret = x64_sys_call(&regs, regs.orig_ax);
	ssi_take_back(lent, sizeof(struct timespec64));
	return ret;
}

static struct resumable resumables[] = {
	{ SSI_IMAGE_SLEEPS, NULL, capture_sleep, is_sleep, sleep_for },
	{ SSI_IMAGE_POLLS, NULL, capture_poll, NULL, poll_for },
	{ SSI_IMAGE_FUTEX, NULL, capture_futex, NULL, wait_for_futex },
	{ SSI_IMAGE_WAITS, ssi_restart_syscall, ssi_timed_wait_capture, ssi_timed_wait_valid,
	  ssi_timed_wait_resume },
};

static const struct resumable *resumable_of(u32 flags)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(resumables); i++)
		if (resumables[i].flag == (flags & SSI_IMAGE_RESUMES))
			return &resumables[i];
	return NULL;
}

/* SSI_IMAGE_ bit of what current continues by restart_syscall(); 0: can not be carried */
static u32 resumption(void)
{
	const struct restart_block *block = &current->restart_block;
	struct ssi_image_resumption r = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(resumables); i++) {
		if (block->fn != resumables[i].goes_on)
			continue;
		resumables[i].capture(&r);
		return !resumables[i].valid || resumables[i].valid(&r) ? resumables[i].flag : 0;
	}
	return 0;
}

/* A wait for a futex until an instant needs nothing but a second call. */
static bool may_begin_anew(const struct pt_regs *regs)
{
	return current->restart_block.fn == resumable_of(SSI_IMAGE_FUTEX)->goes_on &&
	       (regs->si & FUTEX_CMD_MASK) != FUTEX_WAIT;
}

void ssi_rewind_call(struct pt_regs *regs)
{
	regs->ip -= 2;		/* the syscall instruction */
	regs->ax = regs->orig_ax;
	regs->orig_ax = -1;
}

u32 ssi_resumption_at(struct pt_regs *regs)
{
	if (regs->orig_ax != __NR_restart_syscall)
		return 0;
	if (!may_begin_anew(regs))
		return resumption();
	regs->orig_ax = __NR_futex;
	return 0;
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

bool ssi_interrupted_call(struct pt_regs *regs, u32 *resumes)
{
	bool carried = true;

	*resumes = 0;
	if (stands_at_restart(regs)) {
		if (may_begin_anew(regs))
			regs->ax = __NR_futex;
		else
			*resumes = resumption();
		return *resumes || regs->ax == __NR_futex;
	}
	if ((long)regs->orig_ax < 0)
		return true;
	switch ((long)regs->ax) {
	case -ERESTART_RESTARTBLOCK:
		if (may_begin_anew(regs)) {
			regs->orig_ax = __NR_futex;
			regs->ax = -ERESTARTNOHAND;
			break;
		}
		*resumes = resumption();
		carried = *resumes;
		break;
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
		break;
	default:
		return true;
	}
	/* as the kernel does before it makes a call again; home knows the mask without it */
	if (test_and_clear_restore_sigmask())
		sigprocmask(SIG_SETMASK, &current->saved_sigmask, NULL);
	return carried;
}

void ssi_capture_resumption(struct ssi_writer *w, u32 flags)
{
	const struct resumable *resumable = resumable_of(flags);
	struct ssi_image_resumption r = {};

	if (!resumable)
		return;
	resumable->capture(&r);
	ssi_put_u32(w, r.number);
	ssi_put_u64(w, r.address);
	ssi_put_u64(w, r.instant_ns);
}

void ssi_decode_resumption(struct ssi_cursor *c, u32 flags, struct ssi_image_resumption *r)
{
	const struct resumable *resumable = resumable_of(flags);

	if (!(flags & SSI_IMAGE_RESUMES))
		return;
	r->number = ssi_get_u32(c);
	r->address = ssi_get_u64(c);
	r->instant_ns = ssi_get_u64(c);
	if (!resumable || (resumable->valid && !resumable->valid(r)) || r->address >= TASK_SIZE_MAX)
		ssi_cursor_fail(c);
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
	const struct resumable *resumable = resumable_of(image->flags);
	struct pt_regs *regs = current_pt_regs();
	long ret;

	if (!resumable) {
		/* what it may have from before it left ends with EINTR */
		current->restart_block.fn = do_no_restart_syscall;
		return;
	}
	ret = interrupted(resumable->call, &image->resumption);
	if (ret == -ERESTART_RESTARTBLOCK)
		return;		/* restart_syscall() it is, as the registers say */
	/* it is over already */
	regs->ax = ret;
	if ((long)regs->orig_ax < 0)
		regs->ip += 2;
}

static bool learn(struct resumable *resumable)
{
	unsigned long lent = ssi_lend(sizeof(u32));
	struct ssi_image_resumption second = {
		.instant_ns = ktime_get_ns() + ssi_clock_offset(CLOCK_MONOTONIC) + NSEC_PER_SEC,
	};
	long ret;

	if (IS_ERR_VALUE(lent))
		return false;
	if (resumable->call == sleep_for)
		second.number = CLOCK_MONOTONIC;
	else if (resumable->call == wait_for_futex)
		second.address = lent;
	ret = interrupted(resumable->call, &second);
	ssi_take_back(lent, sizeof(u32));
	resumable->goes_on = current->restart_block.fn;
	return ret == -ERESTART_RESTARTBLOCK;
}

int ssi_resume_init(void)
{
	unsigned int i;

	/* whoever loads the module has its memory lent for a moment */
	if (!current->mm)
		return -EINVAL;
	ssi_wakeup_init();
	for (i = 0; i < ARRAY_SIZE(resumables); i++)
		if (!resumables[i].goes_on && !learn(&resumables[i]))
			return -EINTR;
	return 0;
}
