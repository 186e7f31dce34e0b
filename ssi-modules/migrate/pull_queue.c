// SPDX-License-Identifier: GPL-2.0-only
#include "pull_queue.h"

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "image.h"

void ssi_pull_queue_init(struct ssi_pull_queue *q, wait_queue_head_t *wait)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->list);
	q->open = false;
	q->wait = wait;
}

void ssi_pull_queue_open(struct ssi_pull_queue *q)
{
	spin_lock_irq(&q->lock);
	q->open = true;
	spin_unlock_irq(&q->lock);
}

int ssi_pull_queue_add(struct ssi_pull_queue *q, struct ssi_message *msg)
{
	unsigned long flags;
	int ret = -ESRCH;

	spin_lock_irqsave(&q->lock, flags);
	if (q->open) {
		ssi_message_get(msg);
		list_add_tail(&msg->list, &q->list);
		ret = 0;
	}
	spin_unlock_irqrestore(&q->lock, flags);
	if (!ret)
		wake_up(q->wait);
	return ret;
}

bool ssi_pull_queue_waits(struct ssi_pull_queue *q)
{
	return !list_empty_careful(&q->list);
}

static struct ssi_message *take(struct ssi_pull_queue *q)
{
	struct ssi_message *pull;

	spin_lock_irq(&q->lock);
	pull = list_first_entry_or_null(&q->list, struct ssi_message, list);
	if (pull)
		list_del_init(&pull->list);
	spin_unlock_irq(&q->lock);
	return pull;
}

void ssi_pull_queue_serve(struct ssi_pull_queue *q, struct ssi_peer *peer,
			  const struct ssi_capture *capture)
{
	struct ssi_message *pull;

	while ((pull = take(q))) {
		ssi_image_serve_pull(peer, pull, capture);
		ssi_message_put(pull);
	}
}

void ssi_pull_queue_close(struct ssi_pull_queue *q, struct ssi_peer *peer)
{
	struct ssi_message *pull;

	spin_lock_irq(&q->lock);
	q->open = false;
	spin_unlock_irq(&q->lock);
	while ((pull = take(q))) {
		ssi_reply_status(peer, pull, SSI_PAGES, -ESRCH);
		ssi_message_put(pull);
	}
}
