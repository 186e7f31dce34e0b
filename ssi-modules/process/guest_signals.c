// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals for a guest. Home decides who gets which signal and sends the siginfo;
 * the guest sends it to itself, because a sender outside of its pid namespace
 * would lose si_pid. SIGKILL, SIGSTOP and SIGCONT are sent at once: a stopped or
 * sleeping task can not send anything to itself.
 *
 * A guest that waits for home takes its signals in that wait; any other gets a
 * task_work that interrupts it as a signal does. A signal that it ignores does
 * not disturb it at all.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/ssi.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "guest.h"

struct queued_signal {
	struct list_head list;
	kernel_siginfo_t info;
};

static bool is_ignored(struct task_struct *task, int sig)
{
	struct sighand_struct *sighand;
	__sighandler_t handler;
	unsigned long flags;
	bool ignored = false;

	if (lock_task_sighand(task, &flags)) {
		/* the lock keeps it */
		sighand = rcu_dereference_raw(task->sighand);
		handler = sighand->action[sig - 1].sa.sa_handler;
		ignored = !sigismember(&task->blocked, sig) &&
			  !sigismember(&task->real_blocked, sig) &&
			  (handler == SIG_IGN ||
			   (handler == SIG_DFL && sig_kernel_ignore(sig)));
		unlock_task_sighand(task, &flags);
	}
	return ignored;
}

/* End its wait in the kernel, if it is in one; with the lock held. */
static void interrupt(struct ssi_guest *g)
{
	if (!g->task || g->signal_work_queued)
		return;
	ssi_wakeup_find(g->task, &g->wakeup);
	g->signal_work_queued = !task_work_add(g->task, &g->signal_work, TWA_SIGNAL);
}

void ssi_guest_signal(struct ssi_guest *g, const kernel_siginfo_t *info)
{
	struct queued_signal *q;
	unsigned long flags;

	spin_lock_irqsave(&g->lock, flags);
	if (g->state == SSI_GUEST_LEAVING)
		g->late++;
	else
		g->received++;
	if (g->state == SSI_GUEST_GONE ||
	    (g->state != SSI_GUEST_LEAVING && g->task && is_ignored(g->task, info->si_signo)))
		goto out;
	q = kmalloc(sizeof(*q), GFP_ATOMIC);
	if (!q) {
		/* the number alone reaches it; the kernel does no better */
		if (g->task)
			send_sig(info->si_signo, g->task, 0);
		goto out;
	}
	q->info = *info;
	list_add_tail(&q->list, &g->signals);
	if (g->asking)
		wake_up(&g->wait);
	else
		interrupt(g);
out:
	spin_unlock_irqrestore(&g->lock, flags);
}

/* It could not leave: what came meanwhile is its own after all. */
void ssi_guest_stays(struct ssi_guest *g)
{
	ssi_guest_change(g, SSI_GUEST_RUNNING);
	spin_lock_irq(&g->lock);
	g->received += g->late;
	g->late = 0;
	spin_unlock_irq(&g->lock);
	ssi_guest_take_signals(g);
}

/* With the signal lock held. */
static bool add_overrun(struct sigpending *pending, const kernel_siginfo_t *info)
{
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list) {
		if (q->info.si_code != SI_TIMER || q->info.si_tid != info->si_tid)
			continue;
		q->info.si_overrun = min_t(s64, (s64)q->info.si_overrun + info->si_overrun + 1,
					   INT_MAX);
		return true;
	}
	return false;
}

/*
 * A POSIX timer queues no second signal while its first one waits, but counts. Home sees
 * only that the first has been sent on, so its next ones are counted here.
 */
static bool is_overrun(const kernel_siginfo_t *info)
{
	bool is;

	if (info->si_code != SI_TIMER)
		return false;
	spin_lock_irq(&ssi_own_sighand()->siglock);
	is = add_overrun(&current->pending, info) ||
	     add_overrun(&current->signal->shared_pending, info);
	spin_unlock_irq(&ssi_own_sighand()->siglock);
	return is;
}

static void send_self(kernel_siginfo_t *info)
{
	do_send_sig_info(info->si_signo, (struct kernel_siginfo *)info, current,
			 info->si_code == SI_TKILL ? PIDTYPE_PID : PIDTYPE_TGID);
}

/* In its own context: what has come, sent to itself. */
void ssi_guest_take_signals(struct ssi_guest *g)
{
	struct queued_signal *q, *next;
	LIST_HEAD(list);

	spin_lock_irq(&g->lock);
	list_splice_init(&g->signals, &list);
	spin_unlock_irq(&g->lock);
	list_for_each_entry_safe(q, next, &list, list) {
		g->learns = true;
		if (!is_overrun(&q->info))
			send_self(&q->info);
		kfree(q);
	}
}

void ssi_guest_drop_signals(struct ssi_guest *g)
{
	struct queued_signal *q, *next;

	list_for_each_entry_safe(q, next, &g->signals, list)
		kfree(q);
	INIT_LIST_HEAD(&g->signals);
}

u32 ssi_guest_signals_received(void)
{
	struct ssi_guest *g = ssi_is_guest() ? ssi_guest_current() : NULL;

	return g ? READ_ONCE(g->received) : 0;
}

static void recall(struct ssi_guest *g)
{
	spin_lock_irq(&g->lock);
	WRITE_ONCE(g->recalled, true);
	interrupt(g);
	if (g->asking)
		wake_up(&g->wait);
	spin_unlock_irq(&g->lock);
}

static int handle_signal(struct ssi_guest *g, struct ssi_message *msg)
{
	kernel_siginfo_t info;
	struct ssi_cursor c;

	ssi_cursor_init(&c, msg);
	ssi_get_bytes(&c, &info, sizeof(info));
	if (ssi_cursor_end(&c) || !valid_signal(info.si_signo) || !info.si_signo)
		return -EBADMSG;
	if (msg->type == SSI_SIGNAL) {
		if (info.si_signo != SIGCHLD || !ssi_exited_here(info.si_pid))
			ssi_heard();
		ssi_guest_signal(g, &info);
		return 0;
	}
	/* SIGCONT wakes a stopped task, which then runs its handler */
	spin_lock_irq(&g->lock);
	g->received++;
	g->stopped = false;
	if (g->task)
		send_sig_info(SIGCONT, (struct kernel_siginfo *)&info, g->task);
	spin_unlock_irq(&g->lock);
	return 0;
}

static void kill_or_stop(struct ssi_guest *g, int sig)
{
	spin_lock_irq(&g->lock);
	if (sig == SIGKILL)
		g->killed = true;
	else
		g->stopped = true;
	if (g->task)
		send_sig(sig, g->task, 1);
	spin_unlock_irq(&g->lock);
}

int ssi_guest_handle(struct ssi_guest *g, struct ssi_message *msg)
{
	switch (msg->type) {
	case SSI_SIGNAL:
	case SSI_CONT:
		return handle_signal(g, msg);
	case SSI_STOP:
		kill_or_stop(g, SIGSTOP);
		return 0;
	case SSI_KILL:
		kill_or_stop(g, SIGKILL);
		return 0;
	case SSI_RECALL:
		recall(g);
		return 0;
	}
	return -EBADMSG;
}

int ssi_handle_guest(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_guest *g = ssi_guest_find(msg->pid, msg->incarnation);
	int ret;

	if (!g) {
		ret = ssi_guest_keep_early(msg);
		if (ret != -ESRCH)
			return ret;
		/* born between the two looks? */
		g = ssi_guest_find(msg->pid, msg->incarnation);
		if (!g)
			return -ESRCH;
	}
	ret = ssi_guest_handle(g, msg);
	ssi_guest_put(g);
	return ret;
}
