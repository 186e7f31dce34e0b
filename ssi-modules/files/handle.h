/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_HANDLE_H
#define _SSI_FILES_HANDLE_H
/*
 * A handle: one open description of this machine that one peer may use. Found by
 * (peer, id); there is one per (peer, description). It holds the struct file for
 * as long as references that were sent have not all come back.
 */
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct ssi_message;
struct ssi_peer;

/* How the owner keeps an operation from blocking. */
enum ssi_file_class {
	SSI_FILE_STREAM,	/* honours IOCB_NOWAIT: pipes, sockets... */
	SSI_FILE_DISK,		/* waits for nothing but a disk */
	SSI_FILE_SHADOW,	/* terminals...: asked first by poll, in the shadow */
};

#define SSI_HANDLE_QUEUES	4	/* wait queues that a poll may name */

struct ssi_handle;

struct ssi_handle_wait {
	wait_queue_entry_t entry;
	wait_queue_head_t *head;	/* NULL once the queue is going away */
	struct ssi_handle *handle;
};

struct ssi_handle {
	struct kref refs;
	struct hlist_node by_id;	/* table lock */
	struct hlist_node by_file;	/* table lock */
	struct ssi_peer *peer;		/* with a reference */
	struct file *file;		/* with a reference */
	u64 id;
	enum ssi_file_class class;
	u64 sent;			/* table lock: references that are out */

	spinlock_t lock;		/* inside wait queue locks */
	struct list_head requests;	/* lock: messages for @work */
	struct work_struct work;	/* serves them */

	struct mutex poll_mutex;	/* one poll at a time; arms and disarms */
	poll_table poll_table;		/* poll_mutex */
	bool polled;			/* poll_mutex: @waits are in their queues */
	unsigned int wait_count;	/* poll_mutex */
	struct ssi_handle_wait waits[SSI_HANDLE_QUEUES];
	__poll_t armed;			/* lock: what one FILE_EVENT is due for */
	struct work_struct event;	/* sends it */

	struct llist_node released;	/* when the last reference is gone */
};

/* -EIO: too many wait queues. See ssi_handle_poll() */
struct ssi_handle *ssi_handle_find(struct ssi_peer *peer, u64 id);
void ssi_handle_put(struct ssi_handle *handle);	/* any context */

/**
 * ssi_handle_give - one more reference of @file goes to @peer
 *
 * Context: process context. Return: its id, 0 without memory.
 */
u64 ssi_handle_give(struct ssi_peer *peer, struct file *file);
/* @references have come back, or were not sent. -ENOENT, -EPROTO (too many) */
int ssi_handle_release(struct ssi_peer *peer, u64 id, u32 references);
/* the description of a handle, with a reference; NULL if there is none */
struct file *ssi_handle_get_file(struct ssi_peer *peer, u64 id);

/**
 * ssi_handle_poll - what is ready now; arms one FILE_EVENT if none of it is
 * @wanted: EPOLL bits; errors and hang-up always count
 *
 * Context: process context. Return: the mask as vfs_poll() has it.
 */
__poll_t ssi_handle_poll(struct ssi_handle *handle, __poll_t wanted);
/* send the FILE_EVENT in any case */
void ssi_handle_fire(struct ssi_handle *handle);

void ssi_handles_drop(struct ssi_peer *peer);	/* it is dead; any context */
int ssi_handles_init(void);
void ssi_handles_exit(void);
#endif /* _SSI_FILES_HANDLE_H */
