// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest asks its home and waits for the answer. It takes signals while it
 * waits, so that what home has sent before the answer is delivered before the
 * call returns. A wait that may last ends when the guest is recalled, too.
 */
#include <linux/sched/signal.h>
#include <linux/task_work.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "guest.h"

static void begin_asking(struct ssi_guest *g)
{
	spin_lock_irq(&g->lock);
	g->asking = true;
	spin_unlock_irq(&g->lock);
}

/* Signals that come from now on interrupt the task themselves. */
static void end_asking(struct ssi_guest *g)
{
	spin_lock_irq(&g->lock);
	g->asking = false;
	spin_unlock_irq(&g->lock);
	ssi_guest_take_signals(g);
	/* the flag was cleared to be able to sleep; the works are still queued */
	if (task_work_pending(current))
		set_thread_flag(TIF_NOTIFY_SIGNAL);
}

static bool has_signals(struct ssi_guest *g)
{
	return !list_empty_careful(&g->signals);
}

/* what an open-ended wait ends for */
static bool is_disturbed(struct ssi_guest *g)
{
	return has_signals(g) || READ_ONCE(g->recalled);
}

static void send_cancel(struct ssi_guest *g, struct ssi_request *rq)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_CANCEL, 8);
	struct ssi_writer w;

	if (!msg)
		return;	/* it waits on: late, never wrong */
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u64(&w, rq->id);
	ssi_send(g->home, SSI_CONTROL, msg);
}

int ssi_guest_ask(struct ssi_guest *g, struct ssi_request *rq, struct ssi_message *msg,
		  bool cancel)
{
	ssi_request_send(rq, g->home, SSI_CONTROL, msg, &g->wait);
	begin_asking(g);
	while (!ssi_request_is_done(rq) && !fatal_signal_pending(current)) {
		if (cancel)
			wait_event_interruptible(g->wait,
						 ssi_request_is_done(rq) || is_disturbed(g));
		else
			wait_event_killable(g->wait, ssi_request_is_done(rq) || has_signals(g));
		ssi_guest_take_signals(g);
		if (cancel && !ssi_request_is_done(rq) &&
		    (task_sigpending(current) || READ_ONCE(g->recalled))) {
			send_cancel(g, rq);
			cancel = false;
		}
		clear_notify_signal();
	}
	end_asking(g);
	if (!ssi_request_is_done(rq))
		return -EINTR;
	return rq->error;
}

void ssi_guest_await_signal(struct ssi_guest *g, ktime_t timeout)
{
	begin_asking(g);
	/* of a work that is queued: end_asking() sets it again */
	clear_notify_signal();
	wait_event_interruptible_hrtimeout(g->wait, is_disturbed(g), timeout);
	end_asking(g);
}

int ssi_guest_ask_status(struct ssi_guest *g, struct ssi_message *msg)
{
	struct ssi_request rq;
	int ret = ssi_guest_ask(g, &rq, msg, false);

	if (!ret)
		ret = rq.reply->status;
	ssi_request_end(&rq);
	return ret;
}
