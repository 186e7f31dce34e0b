// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: a message that wants a reply, and the one who waits for it.
 *
 * A request is in its peer's list from before its message is queued until it is
 * done. It is made done once, under peer->lock, and the wake-up happens under
 * that lock too: the asker may free the request and the wait queue as soon as
 * ssi_request_end() has passed the lock.
 */
#include "transport.h"
#include "trace.h"

#include "../process/guest.h"

#include <linux/jiffies.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <ssi/message.h>

static atomic64_t requests;

u64 ssi_request_count(void)
{
	return atomic64_read(&requests);
}

static void request_done(struct ssi_request *rq, int error,
			 struct ssi_message *reply)
{
	lockdep_assert_held(&rq->peer->lock);
	list_del_init(&rq->list);
	rq->error = error;
	rq->reply = reply;
	/* whoever sees it done without the lock sees error and reply as well */
	smp_store_release(&rq->done, true);
	wake_up(rq->wait);
}

static bool request_is_done(const struct ssi_request *rq)
{
	/* pairs with request_done() */
	return smp_load_acquire(&rq->done);
}

void ssi_request_send(struct ssi_request *rq, struct ssi_peer *peer,
		      enum ssi_channel channel, struct ssi_message *msg,
		      wait_queue_head_t *wait)
{
	unsigned long flags;
	bool dead;

	*rq = (struct ssi_request) { .peer = peer, .wait = wait };
	INIT_LIST_HEAD(&rq->list);
	atomic64_inc(&requests);
	if (!msg) {
		rq->error = -ENOMEM;
		rq->done = true;
		return;
	}
	rq->answer = ssi_handlers[msg->type].answer;

	spin_lock_irqsave(&peer->lock, flags);
	dead = peer->state == SSI_PEER_DEAD;
	if (dead) {
		rq->error = -EHOSTDOWN;
		rq->done = true;
	} else {
		rq->id = ++peer->next_request;
		msg->request = rq->id;
		list_add_tail(&rq->list, &peer->requests);
	}
	spin_unlock_irqrestore(&peer->lock, flags);

	if (dead)
		ssi_message_put(msg);
	else
		ssi_send(peer, channel, msg); /* a failure has made it done */
}

struct ssi_message *ssi_request_abandon(struct ssi_request *rq)
{
	struct ssi_message *reply;
	unsigned long flags;

	spin_lock_irqsave(&rq->peer->lock, flags);
	list_del_init(&rq->list);
	spin_unlock_irqrestore(&rq->peer->lock, flags);
	reply = rq->reply;
	rq->reply = NULL;
	atomic64_dec(&requests);
	return reply;
}

void ssi_request_end(struct ssi_request *rq)
{
	ssi_message_put(ssi_request_abandon(rq));
}

int ssi_request_complete(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_request *rq;
	unsigned long flags;
	bool found = false;
	int ret = 0;

	spin_lock_irqsave(&peer->lock, flags);
	/* in order of age: the reply is mostly for one of the first */
	list_for_each_entry(rq, &peer->requests, list) {
		if (rq->id != msg->request)
			continue;
		found = true;
		if (rq->answer == msg->type) {
			ssi_message_get(msg);
			request_done(rq, 0, msg);
		} else {
			ret = -EPROTO;
		}
		break;
	}
	spin_unlock_irqrestore(&peer->lock, flags);
	/* whoever asked has died; home has made something for it */
	if (!found && msg->type == SSI_FORKED)
		ssi_guest_fork_late(peer, msg);
	if (!found && msg->type == SSI_OPENED)
		ssi_guest_open_late(peer, msg);
	return ret;
}

void ssi_request_fail_all(struct ssi_peer *peer, int error)
{
	struct ssi_request *rq, *next;

	lockdep_assert_held(&peer->lock);
	list_for_each_entry_safe(rq, next, &peer->requests, list)
		request_done(rq, error, NULL);
}

int ssi_call(struct ssi_peer *peer, enum ssi_channel channel,
	     struct ssi_message *msg, unsigned long timeout,
	     struct ssi_message **reply)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wait);
	struct ssi_request rq;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_request_send(&rq, peer, channel, msg, &wait);
	if (timeout) {
		long left = wait_event_killable_timeout(wait, request_is_done(&rq), timeout);

		ret = left > 0 ? 0 : left ? -EINTR : -ETIMEDOUT;
	} else {
		ret = wait_event_killable(wait, request_is_done(&rq));
		if (ret)
			ret = -EINTR;
	}
	if (!ret)
		ret = rq.error ?: rq.reply->status;
	if (!ret && reply) {
		*reply = rq.reply;
		rq.reply = NULL;
	}
	ssi_request_end(&rq);
	return ret;
}

struct ssi_message *ssi_reply_new(const struct ssi_message *msg, u16 type,
				  s32 status, u32 room)
{
	struct ssi_message *reply = ssi_message_new(type, room, GFP_NOIO);

	if (!reply)
		return NULL;
	reply->status = status;
	reply->home = msg->home;
	reply->pid = msg->pid;
	reply->incarnation = msg->incarnation;
	reply->request = msg->request;
	return reply;
}

void ssi_reply_status(struct ssi_peer *peer, const struct ssi_message *msg,
		      u16 type, s32 status)
{
	struct ssi_message *reply = ssi_reply_new(msg, type, status, 0);

	if (reply)
		ssi_send(peer, ssi_handlers[type].channel, reply);
	else
		ssi_peer_drop(peer, "no memory for a reply");
}
