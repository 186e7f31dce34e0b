// SPDX-License-Identifier: GPL-2.0-only
/* Messages in memory: allocation and references. Their payload: codec.c. */
#include "message_grow.h"
#include "transport.h"

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include <ssi/message.h>
#include <ssi/wire.h>

static atomic64_t messages;

/* Large payloads whose last user could not sleep; freed by late_work. */
static LLIST_HEAD(late);

static void late_free(struct work_struct *work)
{
	struct llist_node *node = llist_del_all(&late);

	while (node) {
		struct llist_node *next = node->next;

		vfree(node);
		node = next;
	}
}

static DECLARE_WORK(late_work, late_free);

static void payload_free(void *data)
{
	/* vfree() may sleep, the last put may not; the memory is its own node. */
	if (is_vmalloc_addr(data)) {
		if (llist_add(data, &late))
			queue_work(system_unbound_wq, &late_work);
	} else {
		kfree(data);
	}
}

struct ssi_message *ssi_message_new(u16 type, u32 room, gfp_t gfp)
{
	struct ssi_message *msg;

	if (room > SSI_PAYLOAD_MAX)
		return NULL;
	msg = kzalloc(sizeof(*msg), gfp);
	if (!msg)
		return NULL;
	if (room) {
		msg->data = kvmalloc(room, gfp);
		if (!msg->data) {
			kfree(msg);
			return NULL;
		}
	}
	INIT_LIST_HEAD(&msg->list);
	refcount_set(&msg->refs, 1);
	msg->type = type;
	msg->room = room;
	atomic64_inc(&messages);
	return msg;
}

void ssi_message_get(struct ssi_message *msg)
{
	refcount_inc(&msg->refs);
}

void ssi_message_put(struct ssi_message *msg)
{
	if (!msg || !refcount_dec_and_test(&msg->refs))
		return;
	payload_free(msg->data);
	kfree(msg);
	atomic64_dec(&messages);
}

int ssi_message_grow(struct ssi_message *msg, u32 length, gfp_t gfp)
{
	u32 room = max3(length, min_t(u32, msg->room * 2, SSI_PAYLOAD_MAX), 64);
	u8 *data = kvmalloc(room, gfp);

	if (!data)
		return -ENOMEM;
	if (msg->length)
		memcpy(data, msg->data, msg->length);
	payload_free(msg->data);
	msg->data = data;
	msg->room = room;
	return 0;
}

u64 ssi_message_count(void)
{
	return atomic64_read(&messages);
}

void ssi_message_flush(void)
{
	flush_work(&late_work);
}
