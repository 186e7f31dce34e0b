// SPDX-License-Identifier: GPL-2.0-only
/*
 * wait4, waitid and the calls without pointers that home answers.
 */
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <linux/wait.h>
#include <uapi/linux/wait.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "guest.h"

struct child {
	u32 pid, uid, status, cause, wait_status;
	u64 utime_ns, stime_ns;
	u64 usage[7];	/* see ssi_shadow: maxrss minflt majflt inblock oublock nvcsw nivcsw */
};

static int ask(struct ssi_guest *g, u32 type, s32 id, u32 options, bool cancel,
	       struct child *child)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_WAIT, 12);
	struct ssi_request rq;
	struct ssi_cursor c;
	struct ssi_writer w;
	unsigned int i;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, type);
	ssi_put_u32(&w, id);
	ssi_put_u32(&w, options);
	ret = ssi_guest_ask(g, &rq, msg, cancel);
	if (!ret)
		ret = rq.reply->status;
	if (!ret) {
		ssi_cursor_init(&c, rq.reply);
		child->pid = ssi_get_u32(&c);
		child->uid = ssi_get_u32(&c);
		child->status = ssi_get_u32(&c);
		child->cause = ssi_get_u32(&c);
		child->wait_status = ssi_get_u32(&c);
		child->utime_ns = ssi_get_u64(&c);
		child->stime_ns = ssi_get_u64(&c);
		for (i = 0; i < ARRAY_SIZE(child->usage); i++)
			child->usage[i] = ssi_get_u64(&c);
		ret = ssi_cursor_end(&c);
		if (child->pid && !ssi_exited_here(child->pid))
			ssi_heard();
	}
	ssi_request_end(&rq);
	return ret;
}

/* times() and getrusage(RUSAGE_CHILDREN) are answered here. */
static void add_to_children(const struct child *child)
{
	struct signal_struct *sig = current->signal;

	write_seqlock_irq(&sig->stats_lock);
	sig->cutime += child->utime_ns;
	sig->cstime += child->stime_ns;
	sig->cmaxrss = max_t(u64, sig->cmaxrss, child->usage[0]);
	sig->cmin_flt += child->usage[1];
	sig->cmaj_flt += child->usage[2];
	sig->cinblock += child->usage[3];
	sig->coublock += child->usage[4];
	sig->cnvcsw += child->usage[5];
	sig->cnivcsw += child->usage[6];
	write_sequnlock_irq(&sig->stats_lock);
}

static bool is_reaped(const struct child *child, u32 options)
{
	return child->pid && !(options & WNOWAIT) &&
	       (child->cause == CLD_EXITED || child->cause == CLD_KILLED ||
		child->cause == CLD_DUMPED);
}

static void fill_rusage(const struct child *child, struct rusage *ru)
{
	memset(ru, 0, sizeof(*ru));
	ru->ru_utime = ns_to_kernel_old_timeval(child->utime_ns);
	ru->ru_stime = ns_to_kernel_old_timeval(child->stime_ns);
	ru->ru_maxrss = child->usage[0] * (PAGE_SIZE / SZ_1K);
	ru->ru_minflt = child->usage[1];
	ru->ru_majflt = child->usage[2];
	ru->ru_inblock = child->usage[3];
	ru->ru_oublock = child->usage[4];
	ru->ru_nvcsw = child->usage[5];
	ru->ru_nivcsw = child->usage[6];
}

static int put_rusage(const struct child *child, struct rusage __user *user)
{
	struct rusage ru;

	if (!user)
		return 0;
	fill_rusage(child, &ru);
	return copy_to_user(user, &ru, sizeof(ru)) ? -EFAULT : 0;
}

long ssi_guest_wait4(struct ssi_guest *g, struct pt_regs *regs)
{
	s32 id = (s32)regs->di;
	u32 options = (u32)regs->dx;
	struct child child = {};
	u32 type;
	int ret;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (id == INT_MIN)
		return -ESRCH;
	type = id == -1 ? P_ALL : id <= 0 ? P_PGID : P_PID;
	if (type == P_PGID)
		id = -id;	/* 0: its own group */
	ret = ask(g, type, id, options | WEXITED, true, &child);
	if (ret)
		return ret;
	if (is_reaped(&child, options))
		add_to_children(&child);
	if (!child.pid)
		return 0;
	if (regs->si && put_user(child.wait_status, (int __user *)regs->si))
		return -EFAULT;
	return put_rusage(&child, (struct rusage __user *)regs->r10) ?: child.pid;
}

long ssi_guest_waitid(struct ssi_guest *g, struct pt_regs *regs)
{
	u32 type = (u32)regs->di, options = (u32)regs->r10;
	siginfo_t __user *user = (siginfo_t __user *)regs->dx;
	struct child child = {};
	int ret;

	ret = ask(g, type, (s32)regs->si, options, true, &child);
	if (ret)
		return ret;
	if (is_reaped(&child, options))
		add_to_children(&child);
	if (child.pid && put_rusage(&child, (struct rusage __user *)regs->r8))
		return -EFAULT;
	if (!user)
		return 0;
	if (put_user(child.pid ? SIGCHLD : 0, &user->si_signo) ||
	    put_user(0, &user->si_errno) ||
	    put_user((int)child.cause, &user->si_code) ||
	    put_user((pid_t)child.pid, &user->si_pid) ||
	    put_user((uid_t)child.uid, &user->si_uid) ||
	    put_user((int)child.status, &user->si_status))
		return -EFAULT;
	return 0;
}

/* It never had a body and dies at once; no wait of ours shall find it. */
void ssi_guest_reap(struct ssi_guest *g, s32 pid)
{
	struct child child;

	ask(g, P_PID, pid, WEXITED | __WALL, false, &child);
}

long ssi_guest_call_home(struct ssi_guest *g, struct pt_regs *regs)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_CALL, 32);
	struct ssi_request rq;
	struct ssi_cursor c;
	struct ssi_writer w;
	long ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, regs->orig_ax);
	ssi_put_u64(&w, regs->di);
	ssi_put_u64(&w, regs->si);
	ssi_put_u64(&w, regs->dx);
	ret = ssi_guest_ask(g, &rq, msg, false);
	g->learns = true;
	if (!ret)
		ret = rq.reply->status;
	if (!ret) {
		ssi_cursor_init(&c, rq.reply);
		ret = (s64)ssi_get_u64(&c);
		if (ssi_cursor_end(&c))
			ret = -EPROTO;
	}
	ssi_request_end(&rq);
	return ret;
}
