// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner's side of remote files: who may use which description, and when the
 * last reference of a peer has come back.
 *
 * Ids are one counter for all peers, so none is ever used twice. The struct file
 * is let go of in a work of its own, synchronously: a closed pipe end is closed
 * when ssi_files_settle() returns.
 */
#include "handle.h"
#include "payload.h"
#include "remote.h"
#include "serve.h"
#include "serve_io.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include <linux/file.h>
#include <linux/hashtable.h>
#include <linux/slab.h>

#define HANDLE_HASH_BITS	10

static DEFINE_SPINLOCK(table_lock);
static DEFINE_HASHTABLE(table_by_id, HANDLE_HASH_BITS);		/* table_lock */
static DEFINE_HASHTABLE(table_by_file, HANDLE_HASH_BITS);	/* table_lock */
static u64 last_id;						/* table_lock */
static atomic64_t handle_count;

static void release_files(struct work_struct *work);
static LLIST_HEAD(released_handles);
static DECLARE_WORK(release_work, release_files);
/* its own queue: the release of a terminal flushes queues of the system */
static struct workqueue_struct *release_queue;

static void leave_queues(struct ssi_handle *handle)
{
	unsigned int i;

	for (i = 0; i < handle->wait_count; i++) {
		struct ssi_handle_wait *wait = &handle->waits[i];
		wait_queue_head_t *head;

		rcu_read_lock();
		/* pairs with wake_handle(): the queue may vanish by POLLFREE */
		head = smp_load_acquire(&wait->head);
		if (head)
			remove_wait_queue(head, &wait->entry);
		rcu_read_unlock();
	}
}

static void release_files(struct work_struct *work)
{
	struct llist_node *list = llist_del_all(&released_handles);
	struct ssi_handle *handle, *next;

	llist_for_each_entry_safe(handle, next, list, released) {
		leave_queues(handle);
		cancel_work_sync(&handle->event);
		__fput_sync(handle->file);
		ssi_peer_put(handle->peer);
		kfree(handle);
		atomic64_dec(&handle_count);
	}
}

void ssi_files_settle(void)
{
	flush_work(&release_work);
}

u64 ssi_files_handles(void)
{
	return atomic64_read(&handle_count);
}

static void handle_free(struct kref *kref)
{
	struct ssi_handle *handle = container_of(kref, struct ssi_handle, refs);

	llist_add(&handle->released, &released_handles);
	queue_work(release_queue, &release_work);
}

void ssi_handle_put(struct ssi_handle *handle)
{
	kref_put(&handle->refs, handle_free);
}

static struct ssi_handle *find_by_id(struct ssi_peer *peer, u64 id)
{
	struct ssi_handle *handle;

	lockdep_assert_held(&table_lock);
	hash_for_each_possible(table_by_id, handle, by_id, id)
		if (handle->id == id && handle->peer == peer)
			return handle;
	return NULL;
}

static struct ssi_handle *find_by_file(struct ssi_peer *peer, struct file *file)
{
	struct ssi_handle *handle;

	lockdep_assert_held(&table_lock);
	hash_for_each_possible(table_by_file, handle, by_file,
			       (unsigned long)file)
		if (handle->file == file && handle->peer == peer)
			return handle;
	return NULL;
}

static void unhash(struct ssi_handle *handle)
{
	lockdep_assert_held(&table_lock);
	hash_del(&handle->by_id);
	hash_del(&handle->by_file);
}

struct ssi_handle *ssi_handle_find(struct ssi_peer *peer, u64 id)
{
	struct ssi_handle *handle;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	handle = find_by_id(peer, id);
	if (handle)
		kref_get(&handle->refs);
	spin_unlock_irqrestore(&table_lock, flags);
	return handle;
}

struct file *ssi_handle_get_file(struct ssi_peer *peer, u64 id)
{
	struct ssi_handle *handle = ssi_handle_find(peer, id);
	struct file *file;

	if (!handle)
		return NULL;
	file = get_file(handle->file);
	ssi_handle_put(handle);
	return file;
}

static enum ssi_file_class classify(struct file *file)
{
	umode_t mode = file_inode(file)->i_mode;

	if (ssi_file_is_remote(file) || S_ISFIFO(mode) || S_ISSOCK(mode))
		return SSI_FILE_STREAM;
	if (S_ISDIR(mode) || S_ISBLK(mode))
		return SSI_FILE_DISK;
	if (S_ISREG(mode) && !file_can_poll(file) && !ssi_io_needs_shadow(file))
		return SSI_FILE_DISK;
	/* both ways: an eventfd has the new read and the old write */
	if (!S_ISREG(mode) && (file->f_mode & FMODE_NOWAIT) &&
	    !ssi_io_needs_shadow(file))
		return SSI_FILE_STREAM;
	return SSI_FILE_SHADOW;
}

static void send_event(struct work_struct *work)
{
	struct ssi_handle *handle = container_of(work, struct ssi_handle, event);
	struct ssi_message *msg;
	struct ssi_writer w;

	msg = ssi_message_new(SSI_FILE_EVENT, sizeof(u64),
			      GFP_KERNEL | __GFP_NOFAIL);
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u64(&w, handle->id);
	ssi_send(handle->peer, SSI_CONTROL, msg);
}

static struct ssi_handle *handle_new(struct ssi_peer *peer, struct file *file)
{
	struct ssi_handle *handle = kzalloc(sizeof(*handle), GFP_KERNEL);

	if (!handle)
		return NULL;
	kref_init(&handle->refs);
	spin_lock_init(&handle->lock);
	INIT_LIST_HEAD(&handle->requests);
	INIT_WORK(&handle->work, ssi_serve_work);
	mutex_init(&handle->poll_mutex);
	INIT_WORK(&handle->event, send_event);
	handle->class = classify(file);
	handle->sent = 1;
	ssi_peer_get(peer);
	handle->peer = peer;
	handle->file = get_file(file);
	atomic64_inc(&handle_count);
	return handle;
}

u64 ssi_handle_give(struct ssi_peer *peer, struct file *file)
{
	struct ssi_handle *handle, *spare = NULL;
	u64 id;

again:
	spin_lock_irq(&table_lock);
	handle = find_by_file(peer, file);
	if (handle) {
		handle->sent++;
		id = handle->id;
		spin_unlock_irq(&table_lock);
		if (spare)
			ssi_handle_put(spare);
		return id;
	}
	if (!spare) {
		spin_unlock_irq(&table_lock);
		spare = handle_new(peer, file);
		if (!spare)
			return 0;
		goto again;
	}
	id = ++last_id;
	spare->id = id;
	hash_add(table_by_id, &spare->by_id, id);
	hash_add(table_by_file, &spare->by_file, (unsigned long)file);
	spin_unlock_irq(&table_lock);
	/* a peer that died meanwhile has been swept already */
	if (!ssi_peer_is_up(peer))
		ssi_handles_drop(peer);
	return id;
}

int ssi_handle_release(struct ssi_peer *peer, u64 id, u32 references)
{
	struct ssi_handle *handle;
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&table_lock, flags);
	handle = find_by_id(peer, id);
	if (!handle || references > handle->sent) {
		err = handle ? -EPROTO : -ENOENT;
		handle = NULL;
	} else {
		handle->sent -= references;
		if (handle->sent)
			handle = NULL;
		else
			unhash(handle);
	}
	spin_unlock_irqrestore(&table_lock, flags);
	if (handle)
		ssi_handle_put(handle);
	return err;
}

void ssi_handles_drop(struct ssi_peer *peer)
{
	struct ssi_handle *handle;
	struct hlist_node *next;
	unsigned long flags;
	int bucket;

	spin_lock_irqsave(&table_lock, flags);
	hash_for_each_safe(table_by_id, bucket, next, handle, by_id) {
		if (handle->peer != peer)
			continue;
		unhash(handle);
		ssi_handle_put(handle);
	}
	spin_unlock_irqrestore(&table_lock, flags);
}

static int wake_handle(wait_queue_entry_t *entry, unsigned int mode, int sync,
		       void *key)
{
	struct ssi_handle_wait *wait =
		container_of(entry, struct ssi_handle_wait, entry);
	struct ssi_handle *handle = wait->handle;
	__poll_t ready = key_to_poll(key);
	unsigned long flags;

	spin_lock_irqsave(&handle->lock, flags);
	if (handle->armed &&
	    (!ready || ready & (handle->armed | EPOLLERR | EPOLLHUP))) {
		handle->armed = 0;
		queue_work(system_unbound_wq, &handle->event);
	}
	spin_unlock_irqrestore(&handle->lock, flags);
	if (ready & POLLFREE) {
		/* the queue goes away after a grace period */
		list_del_init(&entry->entry);
		/* last touch of the entry, see leave_queues() */
		smp_store_release(&wait->head, NULL);
	}
	return 0;
}

static void join_queue(struct file *file, wait_queue_head_t *head,
		       poll_table *table)
{
	struct ssi_handle *handle =
		container_of(table, struct ssi_handle, poll_table);
	struct ssi_handle_wait *wait;

	lockdep_assert_held(&handle->poll_mutex);
	if (WARN_ON_ONCE(handle->wait_count == SSI_HANDLE_QUEUES))
		return;
	wait = &handle->waits[handle->wait_count++];
	wait->handle = handle;
	wait->head = head;
	init_waitqueue_func_entry(&wait->entry, wake_handle);
	add_wait_queue(head, &wait->entry);
}

void ssi_handle_fire(struct ssi_handle *handle)
{
	spin_lock_irq(&handle->lock);
	handle->armed = 0;
	queue_work(system_unbound_wq, &handle->event);
	spin_unlock_irq(&handle->lock);
}

/*
 * Armed first and asked then, so that nothing that happens in between is missed.
 * The entries stay in the queues; they do nothing while nothing is armed.
 */
__poll_t ssi_handle_poll(struct ssi_handle *handle, __poll_t wanted)
{
	poll_table *table = NULL;
	__poll_t mask, before;

	wanted |= EPOLLERR | EPOLLHUP;
	mutex_lock(&handle->poll_mutex);
	spin_lock_irq(&handle->lock);
	before = handle->armed;
	handle->armed |= wanted;
	spin_unlock_irq(&handle->lock);

	if (!handle->polled) {
		init_poll_funcptr(&handle->poll_table, join_queue);
		table = &handle->poll_table;
		handle->polled = true;
	}
	mask = vfs_poll(handle->file, table);
	if (mask & wanted) {
		/* what others wait for stays armed, unless it has just fired */
		spin_lock_irq(&handle->lock);
		handle->armed &= before;
		spin_unlock_irq(&handle->lock);
	}
	mutex_unlock(&handle->poll_mutex);
	return mask;
}

int ssi_handles_init(void)
{
	release_queue = alloc_workqueue("dolmen-release", WQ_UNBOUND, 1);
	return release_queue ? 0 : -ENOMEM;
}

/* all peers are dropped: what is left is on its way */
void ssi_handles_exit(void)
{
	flush_work(&release_work);
	destroy_workqueue(release_queue);
	WARN_ON_ONCE(atomic64_read(&handle_count));
}
