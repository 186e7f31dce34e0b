// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placing: how an exec ends on a node.
 *
 * The exec tracepoint queues a task_work; it runs in the process after the exec
 * has succeeded and before its first user instruction. There the policy chooses
 * a machine, the fresh image (some ten pages) and the descriptors are sent to it,
 * and when the body runs there this task becomes its shadow. If anything fails
 * before that, the program simply runs here.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/seccomp.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/task_work.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "shadow.h"

void ssi_program_name(char *name, size_t size)
{
	struct file *exe = get_mm_exe_file(current->mm);

	name[0] = 0;
	if (!exe)
		return;
	strscpy(name, exe->f_path.dentry->d_name.name, size);
	fput(exe);
}

const char *ssi_place_obstacle(void)
{
	if (current->ptrace)
		return "traced";
	if (!user_64bit_mode(current_pt_regs()))
		return "32-bit";
	if (current->seccomp.mode != SECCOMP_MODE_DISABLED)
		return "seccomp";
	if (task_active_pid_ns(current) != &init_pid_ns ||
	    current->nsproxy != init_task.nsproxy || current_user_ns() != &init_user_ns)
		return "own namespaces";
	if (!thread_group_empty(current))
		return "threads";
	if (current->policy > SCHED_IDLE)
		return "a scheduling class of its own";
	/* bound to CPUs of this machine: nothing else would know of it */
	if (!cpumask_subset(cpu_active_mask, current->cpus_ptr))
		return "affinity";
	return NULL;
}

/* PLACED or the node's death; a signal that kills us ends the wait as well. */
static int await_placed(struct ssi_shadow *s, struct ssi_request *rq,
			const struct ssi_capture *capture)
{
	unsigned long deadline = ssi_time(SSI_T_PLACE);
	long left;

	do {
		/* each PULL is a sign of life */
		ssi_pull_queue_serve(&s->pulls, s->peer, capture);
		left = wait_event_killable_timeout(s->wait, ssi_request_is_done(rq) ||
						   ssi_pull_queue_waits(&s->pulls), deadline);
	} while (left > 0 && !ssi_request_is_done(rq));
	ssi_pull_queue_close(&s->pulls, s->peer);

	if (left < 0) {
		/* killed; PLACED comes in any case and tells whether there is a body */
		ssi_shadow_tell(s, SSI_KILL);
		left = wait_event_idle_timeout(s->wait, ssi_request_is_done(rq), deadline);
		if (left && !rq->error && !rq->reply->status)
			return -EINTR;
	}
	if (!left) {
		/* it may have begun: only its death makes sure that it has not */
		ssi_peer_drop(s->peer, "no answer to PLACE");
		return -ETIMEDOUT;
	}
	return rq->error ?: rq->reply->status;
}

static int send_image(struct ssi_shadow *s, u32 flags, struct ssi_request *rq,
		      struct ssi_capture *capture)
{
	struct ssi_message *msg = ssi_shadow_message(s, SSI_PLACE, SZ_64K);
	struct ssi_writer w;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ret = ssi_image_capture(&w, s->peer, flags, capture);
	if (ret) {
		ssi_message_put(msg);
		return ret;
	}
	s->charged = capture->usage;
	ssi_pull_queue_open(&s->pulls);
	ssi_request_send(rq, s->peer, SSI_CONTROL, msg, &s->wait);
	return 0;
}

static int send_and_await(struct ssi_shadow *s, u32 flags)
{
	struct ssi_capture capture = {};
	struct ssi_request rq;
	int ret = send_image(s, flags, &rq, &capture);

	if (!ret) {
		ret = await_placed(s, &rq, &capture);
		ssi_request_end(&rq);
	}
	if (!ret)
		ssi_capture_gone(&capture);
	else if (ret != -EINTR)
		ssi_capture_undo(&capture);
	kvfree(capture.page);
	return ret;
}

int ssi_place_on(struct ssi_peer *peer, u32 flags)
{
	struct ssi_shadow *s = ssi_shadow_new(peer);
	int ret;

	if (!s)
		return -ENOMEM;
	ssi_shadow_hash(s, current);
	ret = send_and_await(s, flags);
	if (ret == -EINTR) {
		/* we are killed: the exit work kills the body */
		ssi_shadow_put(s);
		return 0;
	}
	if (ret) {
		ssi_shadow_change(s, DOLMEN_PROCESS_HOME);
		ssi_shadow_unpark(s);
	} else {
		ssi_shadow_take_over_signals(s);
		ssi_files_close_all();
		if (!(flags & SSI_IMAGE_FRESH))
			ssi_forget_memory();
		/* it went with the image */
		current->signal->it_real_incr = 0;
		ssi_shadow_change(s, DOLMEN_PROCESS_AWAY);
		ssi_shadow_park(s);
	}
	ssi_shadow_put(s);
	return ret;
}

void ssi_place_current(u32 here, bool pinned)
{
	char name[TASK_COMM_LEN * 4];
	const char *why = ssi_place_obstacle();
	struct ssi_peer *peer = NULL;
	int ret;

	if (fatal_signal_pending(current))
		return;

	ssi_program_name(name, sizeof(name));
	if (!why)
		peer = ssi_policy_place(name, here, pinned, &why);
	if (peer && pinned && peer->node == here) {
		/* its pipe ends are there, but its image could not stay */
		why = "image";
	} else if (peer) {
		ret = ssi_place_on(peer, SSI_IMAGE_FRESH | SSI_IMAGE_FILES);
		if (!ret) {
			ssi_decided(DOLMEN_COUNTER_PLACED, peer->node, "exec");
			atomic64_inc(&peer->placed);
			ssi_peer_put(peer);
			return;
		}
		why = "node refused";
		pr_notice_ratelimited("%s[%d] runs at home: node %u answered %d\n",
				      current->comm, current->pid, peer->node, ret);
	}
	if (peer)
		ssi_peer_put(peer);
	ssi_decided(DOLMEN_COUNTER_STAYED, SSI_HEAD, why);
}

/*
 * Works run newest first. Those that exec has queued before us (the last puts of
 * close-on-exec files) have to run before we sleep: work->next is what is left of
 * the batch, and we come again behind it.
 */
static void placing_work(struct callback_head *work)
{
	if (current->flags & PF_EXITING || fatal_signal_pending(current)) {
		kfree(work);
		return;
	}
	if (work->next && !task_work_add(current, work, TWA_RESUME))
		return;
	kfree(work);
	ssi_place_current(SSI_HEAD, false);
}

/* The exec tracepoint: atomic, in the process. */
void ssi_place_begins(struct task_struct *task)
{
	struct callback_head *work = kzalloc(sizeof(*work), GFP_ATOMIC);

	if (!work)
		return;	/* it runs here */
	init_task_work(work, placing_work);
	if (task_work_add(task, work, TWA_RESUME))
		kfree(work);
}
