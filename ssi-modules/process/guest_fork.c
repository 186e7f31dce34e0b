// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork, vfork and clone of processes by a guest. Home forks the shadow and
 * answers the child's pid; the child is then cloned here with that number, as a
 * child of the container (CLONE_PARENT), which reaps it by itself: its parent
 * waits at home.
 */
#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include <linux/ssi.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "guest.h"

static int read_child(struct ssi_message *forked, s32 *pid, u64 *incarnation)
{
	struct ssi_cursor c;

	ssi_cursor_init(&c, forked);
	*pid = (s32)ssi_get_u32(&c);
	*incarnation = ssi_get_u64(&c);
	return *pid <= 0 ? -EBADMSG : ssi_cursor_end(&c);
}

/* Home has a shadow that gets no body. */
static void abort_child(struct ssi_peer *home, s32 pid, u64 incarnation)
{
	struct ssi_message *msg = ssi_message_new(SSI_FORK_ABORT, 0, GFP_NOIO);

	if (!msg) {
		ssi_peer_drop(home, "no memory to abort a fork");
		return;
	}
	msg->home = SSI_HEAD;
	msg->pid = pid;
	msg->incarnation = incarnation;
	ssi_send(home, SSI_CONTROL, msg);
}

void ssi_guest_fork_late(struct ssi_peer *peer, struct ssi_message *forked)
{
	u64 incarnation;
	s32 pid;

	if (!forked->status && !read_child(forked, &pid, &incarnation))
		abort_child(peer, pid, incarnation);
}

static void abort_fork(struct ssi_guest *g, s32 pid, u64 incarnation)
{
	abort_child(g->home, pid, incarnation);
	ssi_guest_reap(g, pid);
}

static int ask_for_child(struct ssi_guest *g, const struct kernel_clone_args *args,
			 s32 *pid, u64 *incarnation)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_FORK, 16);
	struct ssi_message *reply;
	struct ssi_request rq;
	struct ssi_writer w;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u64(&w, args->flags & CLONE_PARENT);
	ssi_put_u32(&w, args->exit_signal);
	ret = ssi_guest_ask(g, &rq, msg, false);
	reply = ssi_request_abandon(&rq);
	if (ret == -EINTR && reply)
		ssi_guest_fork_late(g->home, reply);
	if (!ret)
		ret = reply->status ?: read_child(reply, pid, incarnation);
	ssi_message_put(reply);
	return ret;
}

static long clone_here(struct ssi_guest *g, struct ssi_guest *child,
		       struct kernel_clone_args *args)
{
	unsigned long deadline = jiffies + ssi_time(SSI_T_PID_FREE);
	pid_t pid = child->pid;
	sigset_t all;
	long ret;

	args->set_tid = &pid;
	args->set_tid_size = 1;
	args->flags |= CLONE_PARENT;
	/* a pending signal would make it fail, but home has forked already */
	sigfillset(&all);
	sigdelset(&all, SIGKILL);	/* vfork waits in there */
	sigprocmask(SIG_SETMASK, &all, &g->fork_blocked);
	g->forking = child;
	do {
		ret = kernel_clone(args);
		/* a namesake is still on its way out */
		if (ret == -EEXIST)
			schedule_timeout_idle(1);
	} while (ret == -EEXIST && time_before(jiffies, deadline) &&
		 !fatal_signal_pending(current));
	g->forking = NULL;
	sigprocmask(SIG_SETMASK, &g->fork_blocked, NULL);
	return ret;
}

long ssi_guest_clone(struct ssi_guest *g, struct kernel_clone_args *args)
{
	struct ssi_guest *child = NULL;
	u64 incarnation = 0;
	s32 pid = 0;
	long ret;

	ssi_guest_fork_begins();
	ret = ask_for_child(g, args, &pid, &incarnation);
	if (!ret) {
		child = ssi_guest_new(g->home, pid, incarnation);
		if (!child)
			ret = -ENOMEM;
	}
	ssi_guest_fork_ends(g->home);
	if (ret) {
		if (pid)
			abort_fork(g, pid, incarnation);
		return ret;
	}

	child->mirrored_mask = g->mirrored_mask;
	child->learns = g->learns;
	child->learnt = g->learnt;
	ret = clone_here(g, child, args);
	if (ret < 0 && !child->task) {
		ssi_guest_change(child, SSI_GUEST_GONE);
		ssi_guest_unhash(child);
		abort_fork(g, pid, incarnation);
	}
	ssi_guest_put(child);
	return ret;
}
