// SPDX-License-Identifier: GPL-2.0-only
/*
 * rt_sigtimedwait of a guest. A signal from home is the guest's own only after
 * it has sent it to itself; in the kernel's own call that would come too late,
 * the wait would be over with EINTR. So this one waits as one waits for home.
 */
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/time.h>
#include <linux/uaccess.h>

#include <ssi/sighand.h>

#include "guest.h"

/* One look; while nothing is there the wanted signals are unblocked. */
static int look(const sigset_t *others, kernel_siginfo_t *info, bool sleep)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	enum pid_type type;
	int sig;

	spin_lock_irq(&sighand->siglock);
	sig = dequeue_signal((sigset_t *)others, info, &type);
	if (!sig && sleep) {
		current->real_blocked = current->blocked;
		sigandsets(&current->blocked, &current->blocked, others);
		recalc_sigpending();
	}
	spin_unlock_irq(&sighand->siglock);
	return sig;
}

static void block_again(void)
{
	spin_lock_irq(&ssi_own_sighand()->siglock);
	current->blocked = current->real_blocked;
	sigemptyset(&current->real_blocked);
	recalc_sigpending();
	spin_unlock_irq(&ssi_own_sighand()->siglock);
}

static long wait_for_signal(struct ssi_guest *g, const sigset_t *others, kernel_siginfo_t *info,
			    ktime_t timeout)
{
	ktime_t end = ktime_add_safe(ktime_get(), timeout);
	ktime_t left = timeout;
	int sig;

	ssi_guest_take_signals(g);
	for (;;) {
		sig = look(others, info, left > 0);
		if (sig || left <= 0)
			return sig ?: -EAGAIN;
		ssi_guest_await_signal(g, left);
		block_again();
		sig = look(others, info, false);
		if (sig)
			return sig;
		if (task_sigpending(current))
			return -EINTR;
		if (READ_ONCE(g->recalled))
			return -ERESTARTNOINTR;	/* at home, where it begins anew */
		left = timeout == KTIME_MAX ? timeout : ktime_sub(end, ktime_get());
	}
}

/* As copy_siginfo_to_user(), which modules can not have. */
static int put_info(siginfo_t __user *to, const kernel_siginfo_t *info)
{
	char __user *rest = (char __user *)to + sizeof(*info);

	if (copy_to_user(to, info, sizeof(*info)) || clear_user(rest, SI_EXPANSION_SIZE))
		return -EFAULT;
	return 0;
}

long ssi_guest_sigtimedwait(struct ssi_guest *g, const struct pt_regs *regs)
{
	siginfo_t __user *to = (siginfo_t __user *)regs->si;
	ktime_t timeout = KTIME_MAX;
	struct timespec64 ts;
	kernel_siginfo_t info;
	sigset_t others;
	long ret;

	if (regs->r10 != sizeof(sigset_t))
		return -EINVAL;
	if (copy_from_user(&others, (void __user *)regs->di, sizeof(others)))
		return -EFAULT;
	if (regs->dx) {
		if (get_timespec64(&ts, (void __user *)regs->dx))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		timeout = timespec64_to_ktime(ts);
	}
	sigdelsetmask(&others, sigmask(SIGKILL) | sigmask(SIGSTOP));
	signotset(&others);
	ret = wait_for_signal(g, &others, &info, timeout);
	if (ret > 0 && to && put_info(to, &info))
		ret = -EFAULT;
	return ret;
}
