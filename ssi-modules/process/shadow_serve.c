// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the shadow does for its guest in its own name: fork, wait, and calls
 * without pointers. After each request all signals are forwarded before the
 * answer goes out, so that the guest has them when its call returns.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/ssi.h>
#include <linux/unistd.h>
#include <linux/uidgid.h>
#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <uapi/linux/wait.h>
#include <asm/syscall.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "shadow.h"
#include "syscall_table.h"

/* Stopped while it forwards, it may be killed there: then s frees the reply. */
void ssi_shadow_answer(struct ssi_shadow *s, struct ssi_message *reply)
{
	if (!reply) {
		ssi_peer_drop(s->peer, "no memory for an answer");
		return;
	}
	s->reply = reply;
	ssi_shadow_forward(s);
	s->reply = NULL;
	ssi_send(s->peer, SSI_CONTROL, reply);
}

static void answer_status(struct ssi_shadow *s, struct ssi_message *msg, u16 type, int status)
{
	ssi_shadow_answer(s, ssi_reply_new(msg, type, status, 0));
}

static int child_main(void *shadow)
{
	struct ssi_shadow *s = shadow;

	ssi_shadow_park(s);
	ssi_shadow_put(s);	/* the maker's */
	return 0;
}

void ssi_shadow_fork(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct kernel_clone_args args = {
		/* its memory is never used: sharing it costs nothing */
		.flags = CLONE_VM | CLONE_UNTRACED,
		.fn = child_main,
	};
	struct ssi_message *reply;
	struct ssi_shadow *child;
	struct ssi_cursor c;
	struct ssi_writer w;
	pid_t pid;

	ssi_cursor_init(&c, msg);
	args.flags |= ssi_get_u64(&c) & CLONE_PARENT;
	args.exit_signal = (int)ssi_get_count(&c, _NSIG);
	if (ssi_cursor_end(&c)) {
		ssi_peer_drop(s->peer, "malformed FORK");
		return;
	}
	child = ssi_shadow_new(s->peer);
	reply = ssi_reply_new(msg, SSI_FORKED, 0, 16);
	if (!child || !reply) {
		ssi_shadow_put(child);
		ssi_message_put(reply);
		answer_status(s, msg, SSI_FORKED, -ENOMEM);
		return;
	}
	args.fn_arg = child;
	ssi_shadow_get(child);	/* child_main's */
	ssi_shadow_change(child, DOLMEN_PROCESS_AWAY);
	s->forking = child;
	pid = kernel_clone(&args);
	s->forking = NULL;
	if (pid < 0) {
		ssi_message_put(reply);
		ssi_shadow_unhash(child);
		ssi_shadow_put(child);
		ssi_shadow_put(child);
		answer_status(s, msg, SSI_FORKED, pid);
		return;
	}
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ssi_put_u32(&w, pid);
	ssi_put_u64(&w, child->incarnation);
	ssi_shadow_put(child);
	atomic64_inc(&s->peer->forked);
	/* at once: if we were killed before, nobody would make the child's body */
	ssi_send(s->peer, SSI_CONTROL, reply);
}

/* In the child itself: no body will come. */
void __noreturn ssi_shadow_fork_abort(struct ssi_shadow *s, struct ssi_message *msg)
{
	ssi_shadow_change(s, DOLMEN_PROCESS_EXITING);
	do_group_exit(SIGKILL);
}

static bool is_callable(u32 nr)
{
	switch (nr) {
	case __NR_kill:
	case __NR_tkill:
	case __NR_tgkill:
	case __NR_getppid:
	case __NR_getpgrp:
	case __NR_getpgid:
	case __NR_setpgid:
	case __NR_getsid:
	case __NR_setsid:
		return true;
	}
	return false;
}

void ssi_shadow_call(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct pt_regs regs = {};
	struct ssi_message *reply;
	struct ssi_cursor c;
	struct ssi_writer w;
	long result;

	ssi_cursor_init(&c, msg);
	regs.orig_ax = ssi_get_u32(&c);
	regs.di = ssi_get_u64(&c);
	regs.si = ssi_get_u64(&c);
	regs.dx = ssi_get_u64(&c);
	if (ssi_cursor_end(&c) || !is_callable(regs.orig_ax)) {
		ssi_peer_drop(s->peer, "malformed CALL");
		return;
	}
	reply = ssi_reply_new(msg, SSI_CALLED, 0, 8);
	if (!reply) {
		answer_status(s, msg, SSI_CALLED, -ENOMEM);
		return;
	}
	ssi_count(DOLMEN_COUNTER_ASKED_HOME, s->peer->node, current->comm,
		  ssi_call_name(regs.orig_ax));
	result = x64_sys_call(&regs, regs.orig_ax);
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ssi_put_u64(&w, result);
	ssi_shadow_answer(s, reply);
}

struct wait_for {
	u32 type, options;
	s32 id;
};

static int read_wait(struct ssi_message *msg, struct wait_for *want)
{
	struct ssi_cursor c;

	ssi_cursor_init(&c, msg);
	want->type = ssi_get_u32(&c);
	want->id = (s32)ssi_get_u32(&c);
	want->options = ssi_get_u32(&c);
	return ssi_cursor_end(&c);
}

/* As kernel_waitid() checks and looks up. */
static long try_wait(const struct wait_for *want, struct ssi_child *child)
{
	struct pid *pid = NULL;
	enum pid_type type;
	long ret;

	if (want->options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED |
			      __WNOTHREAD | __WCLONE | __WALL) ||
	    !(want->options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	switch (want->type) {
	case P_ALL:
		type = PIDTYPE_MAX;
		break;
	case P_PID:
		type = PIDTYPE_PID;
		if (want->id <= 0)
			return -EINVAL;
		pid = find_get_pid(want->id);
		break;
	case P_PGID:
		type = PIDTYPE_PGID;
		if (want->id < 0)
			return -EINVAL;
		pid = want->id ? find_get_pid(want->id) : get_task_pid(current, PIDTYPE_PGID);
		break;
	default:
		return -EINVAL;
	}
	ret = ssi_wait_child(type, pid, want->options, child);
	put_pid(pid);
	return ret;
}

static void put_child(struct ssi_writer *w, const struct ssi_child *child)
{
	const struct rusage *ru = &child->ru;

	ssi_put_u32(w, child->pid);
	ssi_put_u32(w, child->uid);
	ssi_put_u32(w, child->status);
	ssi_put_u32(w, child->cause);
	ssi_put_u32(w, child->wait_status);
	ssi_put_u64(w, ru->ru_utime.tv_sec * NSEC_PER_SEC + ru->ru_utime.tv_usec * NSEC_PER_USEC);
	ssi_put_u64(w, ru->ru_stime.tv_sec * NSEC_PER_SEC + ru->ru_stime.tv_usec * NSEC_PER_USEC);
	ssi_put_u64(w, ru->ru_maxrss / (PAGE_SIZE / SZ_1K));
	ssi_put_u64(w, ru->ru_minflt);
	ssi_put_u64(w, ru->ru_majflt);
	ssi_put_u64(w, ru->ru_inblock);
	ssi_put_u64(w, ru->ru_oublock);
	ssi_put_u64(w, ru->ru_nvcsw);
	ssi_put_u64(w, ru->ru_nivcsw);
}

/* One attempt for the WAIT that is pending; @last: it is answered in any case. */
void ssi_shadow_wait_again(struct ssi_shadow *s, bool last)
{
	struct ssi_message *msg = s->waiting, *reply;
	struct ssi_child child = {};
	struct wait_for want;
	struct ssi_writer w;
	long ret;

	if (!msg)
		return;
	if (read_wait(msg, &want)) {
		ssi_peer_drop(s->peer, "malformed WAIT");
		return;
	}
	/* before a child is reaped: then there must be room to tell of it */
	reply = ssi_reply_new(msg, SSI_WAITED, 0, 128);
	ret = reply ? try_wait(&want, &child) : -ENOMEM;
	if (!ret && !(want.options & WNOHANG) && !last) {
		ssi_message_put(reply);
		return;
	}
	s->waiting = NULL;
	if (ret < 0 || (!ret && !(want.options & WNOHANG))) {
		ssi_message_put(reply);
		answer_status(s, msg, SSI_WAITED, ret < 0 ? ret : -ERESTARTSYS);
	} else {
		ssi_writer_init(&w, reply, GFP_KERNEL);
		put_child(&w, &child);
		ssi_shadow_answer(s, reply);
	}
	ssi_message_put(msg);
}

void ssi_shadow_wait(struct ssi_shadow *s, struct ssi_message *msg)
{
	if (s->waiting) {
		ssi_peer_drop(s->peer, "a guest waits twice");
		return;
	}
	ssi_message_get(msg);
	s->waiting = msg;
	ssi_shadow_wait_again(s, false);
}

void ssi_shadow_cancel(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_cursor c;
	u64 id;

	ssi_cursor_init(&c, msg);
	id = ssi_get_u64(&c);
	if (ssi_cursor_end(&c)) {
		ssi_peer_drop(s->peer, "malformed CANCEL");
		return;
	}
	if (s->waiting && s->waiting->request == id)
		ssi_shadow_wait_again(s, true);
}
