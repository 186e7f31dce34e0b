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
#include <linux/unistd.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"
#include "syscall_table.h"

static bool serve_pull(struct ssi_guest *g, const struct ssi_capture *capture)
{
	struct ssi_message *pull;

	spin_lock_irq(&g->lock);
	pull = list_first_entry_or_null(&g->pulls, struct ssi_message, list);
	if (pull)
		list_del_init(&pull->list);
	spin_unlock_irq(&g->lock);
	if (!pull)
		return false;
	ssi_image_serve_pull(g->home, pull, capture);
	ssi_message_put(pull);
	return true;
}

/* From the guest of this peer, or (a shadow placing its image) from the head. */
int ssi_guest_pull(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_guest *g = ssi_guest_find(msg->pid, msg->incarnation);
	int ret = -ESRCH;

	if (!g)
		return ret;
	spin_lock_irq(&g->lock);
	if (g->state == SSI_GUEST_LEAVING) {
		ssi_message_get(msg);
		list_add_tail(&msg->list, &g->pulls);
		wake_up(&g->wait);
		ret = 0;
	}
	spin_unlock_irq(&g->lock);
	ssi_guest_put(g);
	return ret;
}

static int wait_until_left(struct ssi_guest *g, struct ssi_request *rq,
			   const struct ssi_capture *capture)
{
	for (;;) {
		if (wait_event_killable(g->wait, ssi_request_is_done(rq) ||
					!list_empty_careful(&g->pulls)))
			return -EINTR;
		if (ssi_request_is_done(rq))
			return rq->error ?: rq->reply->status;
		while (serve_pull(g, capture))
			;
	}
}

void ssi_guest_drop_pulls(struct ssi_guest *g)
{
	struct ssi_message *pull, *next;
	LIST_HEAD(list);

	spin_lock_irq(&g->lock);
	list_splice_init(&g->pulls, &list);
	spin_unlock_irq(&g->lock);
	list_for_each_entry_safe(pull, next, &list, list) {
		list_del_init(&pull->list);
		ssi_reply_status(g->home, pull, SSI_PAGES, -ESRCH);
		ssi_message_put(pull);
	}
}

/* The registers as if the call had not been made yet. */
static void rewind_call(struct pt_regs *regs)
{
	regs->ip -= 2;		/* the syscall instruction */
	regs->ax = regs->orig_ax;
	regs->orig_ax = -1;
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
	struct ssi_request rq;
	struct ssi_writer w;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, 1);	/* an image follows */
	ssi_put_u32(&w, call);
	ssi_put_usage(&w, current);
	/* signals that come from here on stay queued: home has copies of them */
	ssi_guest_change(g, SSI_GUEST_LEAVING);
	ssi_guest_take_signals(g);
	ret = ssi_image_capture(&w, g->home, SSI_IMAGE_FILES | resumes, &pages);
	if (ret) {
		ssi_message_put(msg);
		kvfree(pages.page);
		ssi_guest_stays(g);
		ssi_event(DOLMEN_EVENT_REFUSED, g->home->node, g->pid,
			  "%s can not go home for call %d (%d)", current->comm, call, ret);
		return ret;
	}

	ssi_request_send(&rq, g->home, SSI_CONTROL, msg, &g->wait);
	ret = wait_until_left(g, &rq, &pages);
	ssi_request_end(&rq);
	ssi_guest_drop_pulls(g);
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
	u32 resumes = call == __NR_restart_syscall ? ssi_resumption_of(g->last_call) : 0;
	struct pt_regs saved = *regs;
	int ret;

	rewind_call(regs);
	ret = leave(g, regs, call, resumes);
	*regs = saved;
	return ret == -EINTR ? -EINTR : -ENOSYS;
}

/*
 * Recalled (somebody traces it at home), on its way to user mode. A call that
 * was interrupted to get here is made again at home, or goes on there.
 */
void ssi_guest_go_home_now(struct ssi_guest *g)
{
	struct pt_regs *regs = current_pt_regs();
	struct pt_regs saved = *regs;
	u32 resumes = 0;

	if (!user_64bit_mode(regs))
		return;
	if ((long)regs->orig_ax >= 0) {
		switch ((long)regs->ax) {
		case -ERESTART_RESTARTBLOCK:
			rewind_call(regs);
			regs->ax = __NR_restart_syscall;
			resumes = ssi_resumption_of(g->last_call);
			break;
		case -ERESTARTSYS:
		case -ERESTARTNOINTR:
		case -ERESTARTNOHAND:
			rewind_call(regs);
			break;
		}
	}
	leave(g, regs, SSI_CALL_RECALL, resumes);
	*regs = saved;
}
