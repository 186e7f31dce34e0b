// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals of a process whose body is away. All handlers of the shadow are a
 * marker, so that no signal is ignored or fatal here but what home must decide:
 * SIGKILL and SIGSTOP as ever, the job-control stops while the guest has them at
 * their default (home knows whether the process group is orphaned), SIGCHLD as
 * the guest has set it. get_signal() then stops, continues, freezes and traces
 * as for any task; what it returns is sent on.
 *
 * Blocked here is of the mirrored signals what the guest blocks; all others are
 * forwarded at once and wait in the guest's own queue.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/tty.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "mirror.h"
#include "shadow.h"

/* never called: the shadow does not return to user mode while it is one */
#define MARKER	((__sighandler_t)2UL)

/* A guest that leaves may not have seen the last ones: they are kept. */
#define KEPT_MAX	256

struct queued_signal {
	struct list_head list;
	kernel_siginfo_t info;
	enum pid_type type;	/* of whom it was sent to: the thread or the process */
};

static __sighandler_t marker_for(int sig, __sighandler_t handler)
{
	if (sig_kernel_only(sig))
		return SIG_DFL;
	if (sig == SIGCHLD || sigmask(sig) & SSI_JOB_STOPS)
		return handler == SIG_DFL ? SIG_DFL :
		       handler == SIG_IGN && sig == SIGCHLD ? SIG_IGN : MARKER;
	return MARKER;
}

void ssi_shadow_take_over_signals(struct ssi_shadow *s)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	sigset_t blocked = { { current->blocked.sig[0] & SSI_MIRRORED_MASK } };
	int sig;

	spin_lock_irq(&sighand->siglock);
	for (sig = 1; sig <= _NSIG; sig++) {
		struct sigaction *sa = &sighand->action[sig - 1].sa;

		/* real-time signals have no bit in the masks above */
		sa->sa_handler = sig > 32 ? MARKER : marker_for(sig, sa->sa_handler);
		sa->sa_flags &= sig == SIGCHLD ? SA_NOCLDSTOP | SA_NOCLDWAIT : 0;
		sigemptyset(&sa->sa_mask);
	}
	/* a blocked SIGCHLD is pending for the guest, not ignored */
	if (sigismember(&blocked, SIGCHLD) &&
	    sighand->action[SIGCHLD - 1].sa.sa_handler == SIG_DFL)
		sighand->action[SIGCHLD - 1].sa.sa_handler = MARKER;
	spin_unlock_irq(&sighand->siglock);
	sigdelset(&blocked, SIGCHLD);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

void ssi_shadow_set_action(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_cursor c;
	u32 sig, action;
	u64 flags;

	ssi_cursor_init(&c, msg);
	sig = ssi_get_u32(&c);
	action = ssi_get_count(&c, SSI_ACTION_HANDLER);
	flags = ssi_get_u64(&c);
	if (ssi_cursor_end(&c) || !SSI_MIRRORED(sig)) {
		ssi_peer_drop(s->peer, "malformed SIGACTION");
		return;
	}
	spin_lock_irq(&ssi_own_sighand()->siglock);
	ssi_own_sighand()->action[sig - 1].sa.sa_handler =
		action == SSI_ACTION_DEFAULT ? SIG_DFL :
		action == SSI_ACTION_IGNORE && sig == SIGCHLD ? SIG_IGN : MARKER;
	ssi_own_sighand()->action[sig - 1].sa.sa_flags = flags & (SA_NOCLDSTOP | SA_NOCLDWAIT);
	spin_unlock_irq(&ssi_own_sighand()->siglock);
}

void ssi_shadow_set_mask(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct sigaction *child = &ssi_own_sighand()->action[SIGCHLD - 1].sa;
	sigset_t blocked;
	struct ssi_cursor c;
	u64 mask;

	ssi_cursor_init(&c, msg);
	mask = ssi_get_u64(&c) & SSI_MIRRORED_MASK;
	if (ssi_cursor_end(&c)) {
		ssi_peer_drop(s->peer, "malformed SIGMASK");
		return;
	}
	spin_lock_irq(&ssi_own_sighand()->siglock);
	if (mask & sigmask(SIGCHLD) && child->sa_handler == SIG_DFL)
		child->sa_handler = MARKER;
	spin_unlock_irq(&ssi_own_sighand()->siglock);
	siginitset(&blocked, mask & SSI_JOB_STOPS);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static void keep(struct ssi_shadow *s, const kernel_siginfo_t *info)
{
	struct queued_signal *q;

	s->forwarded_count++;
	if (s->kept == KEPT_MAX) {
		q = list_first_entry(&s->forwarded, struct queued_signal, list);
		list_del(&q->list);
	} else {
		q = kmalloc(sizeof(*q), GFP_KERNEL);
		if (!q)
			return;
		s->kept++;
	}
	q->info = *info;
	q->type = info->si_code == SI_TKILL ? PIDTYPE_PID : PIDTYPE_TGID;
	list_add_tail(&q->list, &s->forwarded);
}

static void free_signals(struct list_head *signals)
{
	struct queued_signal *q, *next;

	list_for_each_entry_safe(q, next, signals, list)
		kfree(q);
	INIT_LIST_HEAD(signals);
}

void ssi_shadow_forget_forwarded(struct ssi_shadow *s)
{
	free_signals(&s->forwarded);
	s->kept = 0;
}

/* Take out what is pending. With the signal lock held; the order is that of delivery. */
static void hold(struct list_head *held)
{
	sigset_t not_held = { { SSI_HOME_SIGNALS } };
	struct queued_signal *q;

	/* without memory the order may differ, but nothing is lost */
	while ((q = kzalloc(sizeof(*q), GFP_ATOMIC))) {
		if (!dequeue_signal(&not_held, &q->info, &q->type))
			break;
		list_add_tail(&q->list, held);
	}
	kfree(q);
}

static void send_again(kernel_siginfo_t *info, enum pid_type type)
{
	send_signal_locked(info->si_signo, (struct kernel_siginfo *)info, current, type);
}

void ssi_shadow_bring_signals(struct ssi_shadow *s, const struct ssi_image_signals *signals)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	u32 missed = s->forwarded_count - signals->received;
	u32 skip = s->kept > missed ? s->kept - missed : 0;
	struct queued_signal *q;
	unsigned long limit = ssi_unlimit_pending();
	LIST_HEAD(held);

	/* at once: nothing may come in between */
	spin_lock_irq(&sighand->siglock);
	hold(&held);
	ssi_install_pending(signals);
	list_for_each_entry(q, &s->forwarded, list) {
		if (skip)
			skip--;
		else
			send_again(&q->info, q->type);
	}
	list_for_each_entry(q, &held, list)
		send_again(&q->info, q->type);
	spin_unlock_irq(&sighand->siglock);
	ssi_limit_pending(limit);
	free_signals(&held);
	ssi_shadow_forget_forwarded(s);
}

static void send(struct ssi_shadow *s, u16 type, const kernel_siginfo_t *info)
{
	struct ssi_message *msg = ssi_shadow_message(s, type, sizeof(*info));
	struct ssi_writer w;

	if (!msg) {
		ssi_peer_drop(s->peer, "no memory for a signal");
		return;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_bytes(&w, info, sizeof(*info));
	keep(s, info);
	ssi_send(s->peer, SSI_CONTROL, msg);
}

/* Will get_signal() stop us? Then the guest has to stop first. */
static bool is_stopping(void)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	bool stop, job = false;
	sigset_t pending;
	int sig;

	spin_lock_irq(&sighand->siglock);
	sigorsets(&pending, &current->pending.signal, &current->signal->shared_pending.signal);
	stop = sigismember(&pending, SIGSTOP) || current->jobctl & JOBCTL_STOP_PENDING;
	for (sig = SIGTSTP; sig <= SIGTTOU; sig++)
		if (sigismember(&pending, sig) && !sigismember(&current->blocked, sig) &&
		    sighand->action[sig - 1].sa.sa_handler == SIG_DFL)
			job = true;
	spin_unlock_irq(&sighand->siglock);
	return stop || (job && !is_current_pgrp_orphaned());
}

void ssi_shadow_forward(struct ssi_shadow *s)
{
	struct ksignal signal;

	while (!fatal_signal_pending(current) && !current->ptrace) {
		/* nothing of a wait that ended by a message is a signal */
		clear_notify_signal();
		if (!task_sigpending(current))
			return;
		if (is_stopping())
			ssi_shadow_tell(s, SSI_STOP);
		memset(&signal, 0, sizeof(signal));
		if (!get_signal(&signal))
			return;
		send(s, signal.sig == SIGCONT ? SSI_CONT : SSI_SIGNAL, &signal.info);
	}
}
