// SPDX-License-Identifier: GPL-2.0-only
/*
 * Going home: at the entry of a system call, before any effect, the guest's whole
 * image goes to its shadow, which becomes the process again and repeats the call.
 * The guest waits until home has it, hands out the pages that did not fit into
 * the message, and vanishes.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/ssi.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"
#include "syscall_table.h"

int ssi_guest_pull(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_guest *g = ssi_guest_find(msg->pid, msg->incarnation);
	int ret;

	if (!g)
		return -ESRCH;
	ret = ssi_pull_queue_add(&g->pulls, msg);
	ssi_guest_put(g);
	return ret;
}

static int wait_until_left(struct ssi_guest *g, struct ssi_request *rq,
			   const struct ssi_capture *capture)
{
	for (;;) {
		if (wait_event_killable(g->wait, ssi_request_is_done(rq) ||
					ssi_pull_queue_waits(&g->pulls)))
			return -EINTR;
		if (ssi_request_is_done(rq))
			return rq->error ?: rq->reply->status;
		ssi_pull_queue_serve(&g->pulls, g->home, capture);
	}
}

/*
 * @resumes: what the registers, which stand at a restart_syscall(), go on with
 *
 * 0: does not return. Else: it stays, with its registers as they were.
 */
static int leave(struct ssi_guest *g, struct pt_regs *regs, int call, u32 resumes)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_LEAVE, SZ_64K);
	struct ssi_capture pages = {};
	struct ssi_usage usage;
	struct ssi_request rq;
	struct ssi_writer w;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, 1);	/* an image follows */
	ssi_put_u32(&w, call);
	ssi_usage_of(current, &usage);
	ssi_put_usage(&w, &usage);
	/* signals that come from here on stay queued: home has copies of them */
	ssi_guest_change(g, SSI_GUEST_LEAVING);
	ssi_guest_take_signals(g);
	ret = ssi_image_capture(&w, g->home, SSI_IMAGE_FILES | resumes, &pages);
	if (ret) {
		ssi_message_put(msg);
		ssi_capture_undo(&pages);
		kvfree(pages.page);
		ssi_guest_stays(g);
		ssi_event(DOLMEN_EVENT_REFUSED, g->home->node, g->pid,
			  "%s can not go home for call %d (%d)", current->comm, call, ret);
		return ret;
	}

	ssi_pull_queue_open(&g->pulls);
	ssi_request_send(&rq, g->home, SSI_CONTROL, msg, &g->wait);
	ret = wait_until_left(g, &rq, &pages);
	ssi_request_end(&rq);
	ssi_pull_queue_close(&g->pulls, g->home);
	kvfree(pages.page);
	if (!ret)
		ssi_guest_vanish(g);
	/* killed, or home could not take it: then home ends the process */
	if (ret != -EINTR)
		send_sig(SIGKILL, current, 1);
	return -EINTR;
}

long ssi_guest_go_home(struct ssi_guest *g, struct pt_regs *regs, int call)
{
	u32 resumes = ssi_resumption_at(regs);
	struct pt_regs saved = *regs;
	int ret;

	ssi_rewind_call(regs);
	ret = leave(g, regs, call, resumes);
	*regs = saved;
	return ret == -EINTR ? -EINTR : -ENOSYS;
}

/* Home has to know: it waits for our LEAVE. */
static void tell_stayed(struct ssi_guest *g, int error)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_STAYED, 4);
	struct ssi_writer w;

	if (!msg) {
		ssi_peer_drop(g->home, "no memory to refuse a recall");
		return;
	}
	spin_lock_irq(&g->lock);
	g->recalled = false;
	spin_unlock_irq(&g->lock);
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, -error);
	ssi_send(g->home, SSI_CONTROL, msg);
}

/*
 * Recalled (somebody traces it at home, or it shall move), on its way to user
 * mode. A call that was interrupted to get here is made again at home, or goes
 * on there.
 */
void ssi_guest_go_home_now(struct ssi_guest *g)
{
	struct pt_regs *regs = current_pt_regs();
	struct pt_regs saved = *regs;
	int ret = -EOPNOTSUPP;
	u32 resumes;

	if (user_64bit_mode(regs)) {
		ret = -EAGAIN;
		if (!ssi_in_vdso(regs)) {
			ssi_interrupted_call(regs, &resumes);
			ret = leave(g, regs, SSI_CALL_RECALL, resumes);
			*regs = saved;
		}
	}
	if (ret != -EINTR)
		tell_stayed(g, ret);
}
