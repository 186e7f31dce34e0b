// SPDX-License-Identifier: GPL-2.0-only
/*
 * Goes on with epoll_wait() and its kin after an interruption that was ours: as
 * with a poll, the call becomes a restart_syscall(), whose function makes it with
 * the time that is left. The registers of the call are untouched; what they
 * name as the limit is not looked at again.
 *
 * A restart block outlives the module, so what stands in it is a function of the
 * kernel that calls ours while there is one.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/restart_block.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/ssi.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <asm/syscall.h>

#include "clock.h"
#include "image.h"
#include "wakeup.h"

/* In the restart block: poll.nfds is the call, poll.tv_ the end by this machine's clock. */
static void begin(unsigned int call, u64 instant_ns)
{
	struct restart_block *block = &current->restart_block;

	block->fn = ssi_restart_syscall;
	block->poll.nfds = call;
	block->poll.tv_sec = instant_ns / NSEC_PER_SEC;
	block->poll.tv_nsec = instant_ns % NSEC_PER_SEC;
}

static u64 end_of(const struct restart_block *block)
{
	return block->poll.tv_sec * NSEC_PER_SEC + block->poll.tv_nsec;
}

static long go_on(struct restart_block *block)
{
	struct pt_regs regs = *current_pt_regs();
	s64 left = end_of(block) - ktime_get_ns();
	long ret;

	regs.orig_ax = block->poll.nfds;
	/* the limit of the one is a timespec; all else is alike */
	if (regs.orig_ax == __NR_epoll_pwait2)
		regs.orig_ax = __NR_epoll_pwait;
	regs.r10 = clamp_t(s64, DIV_ROUND_UP_ULL(max_t(s64, left, 0), NSEC_PER_MSEC), 0, INT_MAX);
	if (!try_module_get(THIS_MODULE))
		return -EINTR;
	ret = x64_sys_call(&regs, regs.orig_ax);
	module_put(THIS_MODULE);
	/* else it may be our interruption again */
	if (ret != -EINTR || task_sigpending(current))
		block->fn = do_no_restart_syscall;
	return ret;
}

/* the call that current was interrupted in has a limit */
static bool is_limited(const struct pt_regs *regs)
{
	switch (regs->orig_ax) {
	case __NR_epoll_wait:
	case __NR_epoll_pwait:
		return (int)regs->r10 > 0;
	case __NR_epoll_pwait2:
		return regs->r10;
	}
	return false;
}

void ssi_forgive_interruption(const struct ssi_wakeup *wakeup)
{
	struct pt_regs *regs = current_pt_regs();

	if (!user_64bit_mode(regs) || (long)regs->orig_ax < 0 || (long)regs->ax != -EINTR ||
	    task_sigpending(current))
		return;
	switch (regs->orig_ax) {
	case __NR_restart_syscall:
		if (current->restart_block.fn == ssi_restart_syscall)
			regs->ax = -ERESTART_RESTARTBLOCK;
		break;
	case __NR_epoll_wait:
	case __NR_epoll_pwait:
	case __NR_epoll_pwait2:
		regs->ax = -ERESTARTNOHAND;
		/* of another sleep: it began when we were about to interrupt it */
		if (!is_limited(regs) || !wakeup->instant_ns || wakeup->sleep != current->nvcsw)
			break;
		begin(regs->orig_ax, wakeup->instant_ns);
		regs->ax = -ERESTART_RESTARTBLOCK;
		break;
	case __NR_rt_sigtimedwait:
	case __NR_semop:
	case __NR_semtimedop:
	case __NR_accept:
	case __NR_accept4:
	case __NR_recvfrom:
	case __NR_recvmsg:
		/* those that have been waiting are not interrupted, see move.c */
	case __NR_read:
	case __NR_readv:
	case __NR_write:
	case __NR_writev:
		/* of a socket with a time limit, which counts from anew */
		regs->ax = -ERESTARTNOHAND;
	}
}

void ssi_timed_wait_capture(struct ssi_image_resumption *r)
{
	const struct restart_block *block = &current->restart_block;

	r->number = block->poll.nfds;
	r->instant_ns = end_of(block) + ssi_clock_offset(CLOCK_MONOTONIC);
}

bool ssi_timed_wait_valid(const struct ssi_image_resumption *r)
{
	return r->number == __NR_epoll_wait || r->number == __NR_epoll_pwait ||
	       r->number == __NR_epoll_pwait2;
}

long ssi_timed_wait_resume(const struct ssi_image_resumption *r)
{
	s64 end = r->instant_ns - ssi_clock_offset(CLOCK_MONOTONIC);

	begin(r->number, max_t(s64, end, 0));
	return -ERESTART_RESTARTBLOCK;
}

void ssi_timed_wait_start(void)
{
	WRITE_ONCE(ssi_restart, go_on);
}

void ssi_timed_wait_stop(void)
{
	WRITE_ONCE(ssi_restart, NULL);
	/* who has just read it has a reference by now, or gets none */
	synchronize_rcu();
}
