// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner's side of remote files: FILE_ requests are taken in by the receiving
 * thread and done here, in a work of the handle, or in the shadow of the process
 * that asks if the answer depends on who that is (terminals, ioctls).
 *
 * Nothing blocks: what would block is answered by -EAGAIN, with one FILE_EVENT
 * armed. SIGPIPE is not raised here (kernel threads ignore it), the user does.
 */
#include "handle.h"
#include "ioctl.h"
#include "payload.h"
#include "serve.h"
#include "serve_io.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include <linux/cred.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/unaligned.h>

#define SERVE_TRIES	4	/* while others are faster than we are */

static struct workqueue_struct *serve_queue;

static s64 serve_read(struct ssi_handle *handle, struct ssi_cursor *c,
		      struct ssi_writer *w)
{
	loff_t pos = ssi_get_u64(c);
	u32 bytes = ssi_get_count(c, SSI_FILE_BYTES_MAX);
	s64 result;
	void *data;

	if (ssi_cursor_end(c) || pos < 0)
		return -EINVAL;
	ssi_put_u32(w, 0);
	data = ssi_put_space(w, bytes);
	if (!data)
		return -ENOMEM;
	result = ssi_serve_io(handle, READ, data, bytes, pos);
	bytes = result > 0 ? result : 0;
	w->msg->length = SSI_FILE_DONE_BYTES + bytes;
	ssi_patch_u32(w, SSI_FILE_DONE_BYTES - sizeof(u32), bytes);
	return result;
}

static s64 serve_write(struct ssi_handle *handle, struct ssi_cursor *c)
{
	loff_t pos = ssi_get_u64(c);
	u32 bytes;
	const void *data = ssi_get_blob(c, SSI_FILE_BYTES_MAX, &bytes);

	if (ssi_cursor_end(c) || pos < 0)
		return -EINVAL;
	return ssi_serve_io(handle, WRITE, (void *)data, bytes, pos);
}

static s64 serve_ioctl(struct ssi_handle *handle, struct ssi_cursor *c,
		       struct ssi_writer *w)
{
	u32 command = ssi_get_u32(c);
	u64 value = ssi_get_u64(c);
	u32 bytes;
	const void *in = ssi_get_blob(c, SSI_IOCTL_BYTES_MAX, &bytes);
	const struct ssi_ioctl *call = ssi_ioctl_find(command);
	void *out;

	if (ssi_cursor_end(c) || !call ||
	    bytes != (call->how & SSI_IOCTL_IN ? call->bytes : 0))
		return -EINVAL;
	if (!current->mm)	/* of a process that is not at home with us */
		return -ENOTTY;
	bytes = call->how & SSI_IOCTL_OUT ? call->bytes : 0;
	ssi_put_u32(w, bytes);
	out = ssi_put_space(w, bytes);
	if (!out)
		return -ENOMEM;
	memset(out, 0, bytes);
	return ssi_ioctl_run(handle->file, call, value, in, out);
}

static s64 serve_seek(struct ssi_handle *handle, struct ssi_cursor *c)
{
	loff_t offset = ssi_get_u64(c);
	u32 whence = ssi_get_count(c, SEEK_MAX);
	s64 result;

	if (ssi_cursor_end(c))
		return -EINVAL;
	if (!(handle->file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	mutex_lock(&handle->file->f_pos_lock);
	result = vfs_llseek(handle->file, offset, whence);
	mutex_unlock(&handle->file->f_pos_lock);
	return result;
}

static s64 serve_stat(struct ssi_handle *handle, struct ssi_cursor *c,
		      struct ssi_writer *w)
{
	struct kstat stat;
	int err;

	if (ssi_cursor_end(c))
		return -EINVAL;
	err = vfs_getattr(&handle->file->f_path, &stat, STATX_BASIC_STATS, 0);
	if (!err)
		ssi_put_stat(w, &stat);
	return err;
}

static s64 serve_sync(struct ssi_handle *handle, struct ssi_cursor *c)
{
	u32 data_only = ssi_get_count(c, 1);

	if (ssi_cursor_end(c))
		return -EINVAL;
	return vfs_fsync(handle->file, data_only);
}

static s64 serve_flags(struct ssi_handle *handle, struct ssi_cursor *c)
{
	struct file *file = handle->file;
	u32 flags = ssi_get_u32(c);

	if (ssi_cursor_end(c))
		return -EINVAL;
	if (ssi_file_is_remote(file))
		return ssi_remote_set_flags(file, flags);
	if (((flags ^ file->f_flags) & O_APPEND) && IS_APPEND(file_inode(file)))
		return -EPERM;
	spin_lock(&file->f_lock);
	file->f_flags = (file->f_flags & ~SSI_FILE_SHARED_FLAGS) |
			(flags & SSI_FILE_SHARED_FLAGS);
	file->f_iocb_flags = iocb_flags(file);
	spin_unlock(&file->f_lock);
	return 0;
}

static s64 serve_truncate(struct ssi_handle *handle, struct ssi_cursor *c)
{
	loff_t size = ssi_get_u64(c);
	const struct cred *saved;
	struct cred *kernel;
	s64 result;

	if (ssi_cursor_end(c) || size < 0)
		return -EINVAL;
	if (!(handle->file->f_mode & FMODE_WRITE))
		return -EINVAL;
	/* it was opened for writing: what its path allows now does not count */
	kernel = prepare_kernel_cred(&init_task);
	if (!kernel)
		return -ENOMEM;
	saved = override_creds(kernel);
	result = vfs_truncate(&handle->file->f_path, size);
	revert_creds(saved);
	put_cred(kernel);
	return result;
}

/* -EAGAIN leaves one event armed for what was asked */
static s64 serve_blocking(struct ssi_handle *handle, u16 type,
			  struct ssi_cursor *c, struct ssi_writer *w)
{
	__poll_t wanted = type == SSI_FILE_READ ? SSI_READ_EVENTS :
						  SSI_WRITE_EVENTS;
	int tries;
	s64 result;

	for (tries = 0; tries < SERVE_TRIES; tries++) {
		struct ssi_cursor again = *c;
		u32 start = w->msg->length;

		result = type == SSI_FILE_READ ? serve_read(handle, &again, w) :
						 serve_write(handle, &again);
		if (result != -EAGAIN)
			return result;
		w->msg->length = start;
		if (!(ssi_handle_poll(handle, wanted) & wanted))
			return -EAGAIN;
	}
	ssi_handle_fire(handle);
	return -EAGAIN;
}

static s64 serve_request(struct ssi_handle *handle, u16 type,
			 struct ssi_cursor *c, struct ssi_writer *w)
{
	u32 events;

	switch (type) {
	case SSI_FILE_READ:
	case SSI_FILE_WRITE:
		return serve_blocking(handle, type, c, w);
	case SSI_FILE_POLL:
		events = ssi_get_u32(c);
		if (ssi_cursor_end(c))
			return -EINVAL;
		return (__force u32)ssi_handle_poll(handle,
						    (__force __poll_t)events);
	case SSI_FILE_IOCTL:
		return serve_ioctl(handle, c, w);
	case SSI_FILE_SEEK:
		return serve_seek(handle, c);
	case SSI_FILE_STAT:
		return serve_stat(handle, c, w);
	case SSI_FILE_SYNC:
		return serve_sync(handle, c);
	case SSI_FILE_FLAGS:
		return serve_flags(handle, c);
	case SSI_FILE_TRUNCATE:
		return serve_truncate(handle, c);
	}
	return -EINVAL;
}

/* does it and answers it */
static void serve(struct ssi_handle *handle, struct ssi_message *msg)
{
	const struct cred *saved = NULL;
	struct ssi_message *reply;
	struct ssi_cursor c;
	struct ssi_writer w;
	s64 result;

	reply = ssi_reply_new(msg, SSI_FILE_DONE, 0, SSI_FILE_DONE_BYTES);
	if (!reply) {
		ssi_reply_status(handle->peer, msg, SSI_FILE_DONE, -ENOMEM);
		return;
	}
	ssi_cursor_init(&c, msg);
	ssi_get_u64(&c);
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ssi_put_u64(&w, 0);
	ssi_put_u32(&w, 0);

	/* a kernel thread must not be above quotas; a shadow is who it is */
	if (!current->mm)
		saved = override_creds(handle->file->f_cred);
	result = serve_request(handle, msg->type, &c, &w);
	if (saved)
		revert_creds(saved);

	if (w.error)
		result = w.error;
	if (result < 0)
		reply->length = sizeof(u64) + sizeof(u32);
	put_unaligned_le64(result, reply->data);
	put_unaligned_le32(READ_ONCE(handle->file->f_flags),
			   reply->data + sizeof(u64));
	ssi_send(handle->peer, SSI_CONTROL, reply);
}

void ssi_serve_work(struct work_struct *work)
{
	struct ssi_handle *handle = container_of(work, struct ssi_handle, work);
	LIST_HEAD(requests);
	struct ssi_message *msg, *next;

	spin_lock_irq(&handle->lock);
	list_splice_init(&handle->requests, &requests);
	spin_unlock_irq(&handle->lock);
	list_for_each_entry_safe(msg, next, &requests, list) {
		list_del_init(&msg->list);
		serve(handle, msg);
		ssi_message_put(msg);
		ssi_handle_put(handle);		/* of the request */
	}
}

void ssi_file_serve(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_handle *handle;
	struct ssi_cursor c;

	/* the poke that brought us here; a later one interrupts what we do */
	clear_notify_signal();
	ssi_cursor_init(&c, msg);
	handle = ssi_handle_find(peer, ssi_get_u64(&c));
	if (handle) {
		serve(handle, msg);
		ssi_handle_put(handle);
	} else {
		ssi_reply_status(peer, msg, SSI_FILE_DONE, -EBADF);
	}
	ssi_message_put(msg);
}

static bool wants_shadow(const struct ssi_handle *handle,
			 const struct ssi_message *msg)
{
	if (!msg->pid)
		return false;
	if (msg->type == SSI_FILE_IOCTL)
		return true;
	return handle->class == SSI_FILE_SHADOW &&
	       (msg->type == SSI_FILE_READ || msg->type == SSI_FILE_WRITE);
}

int ssi_handle_file(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_handle *handle;
	struct ssi_cursor c;

	ssi_cursor_init(&c, msg);
	handle = ssi_handle_find(peer, ssi_get_u64(&c));
	if (!handle) {
		ssi_reply_status(peer, msg, SSI_FILE_DONE, -EBADF);
		return 0;
	}
	if (wants_shadow(handle, msg)) {
		ssi_handle_put(handle);
		if (ssi_shadow_post(peer, msg))
			ssi_reply_status(peer, msg, SSI_FILE_DONE, -ESRCH);
		return 0;
	}
	ssi_message_get(msg);
	spin_lock_irq(&handle->lock);
	list_add_tail(&msg->list, &handle->requests);
	queue_work(serve_queue, &handle->work);
	spin_unlock_irq(&handle->lock);
	return 0;
}

int ssi_handle_file_release(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_cursor c;
	u64 id;
	u32 references;

	ssi_cursor_init(&c, msg);
	id = ssi_get_u64(&c);
	references = ssi_get_u32(&c);
	if (ssi_cursor_end(&c))
		return -EBADMSG;
	return ssi_handle_release(peer, id, references);
}

int ssi_serve_init(void)
{
	serve_queue = alloc_workqueue("dolmen-files",
				      WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return serve_queue ? 0 : -ENOMEM;
}

void ssi_serve_exit(void)
{
	destroy_workqueue(serve_queue);
}
