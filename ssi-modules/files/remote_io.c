// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of a remote file. Waiting is done here, interruptibly, for a
 * FILE_EVENT of the owner; O_NONBLOCK is a flag of the description and so the
 * owner's: each answer brings its flags along.
 *
 * The file offset is the owner's too. The local one always is SSI_POS_CURRENT,
 * which tells read() from pread().
 */
#include "ioctl.h"
#include "payload.h"
#include "remote.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/wire.h>

#include <linux/file.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/splice.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

/* the owner's flags count, but a change made here goes there first */
static int push_flags(struct file *file, struct ssi_remote *remote)
{
	unsigned int flags = READ_ONCE(file->f_flags);

	if (READ_ONCE(remote->file) != file ||
	    !((flags ^ READ_ONCE(remote->flags)) & SSI_FILE_SHARED_FLAGS))
		return 0;
	return ssi_remote_set_flags(file, flags);
}

static void pull_flags(struct file *file, struct ssi_remote *remote,
		       unsigned int flags)
{
	if (READ_ONCE(remote->file) != file ||
	    !((flags ^ READ_ONCE(remote->flags)) & SSI_FILE_SHARED_FLAGS))
		return;
	spin_lock(&file->f_lock);
	WRITE_ONCE(remote->flags, flags);
	file->f_flags = (file->f_flags & ~SSI_FILE_SHARED_FLAGS) |
			(flags & SSI_FILE_SHARED_FLAGS);
	spin_unlock(&file->f_lock);
}

int ssi_remote_set_flags(struct file *file, unsigned int flags)
{
	struct ssi_remote *remote = ssi_remote_of(file);
	struct ssi_remote_call call;
	int err;

	if ((flags ^ file->f_flags) & (O_DIRECT | FASYNC))
		return ssi_remote_go_home(-EINVAL);
	ssi_remote_call_begin(&call, remote, SSI_FILE_FLAGS, sizeof(u32));
	ssi_put_u32(&call.w, flags);
	err = ssi_remote_call_send(&call);
	if (!err) {
		spin_lock(&file->f_lock);
		WRITE_ONCE(remote->flags,
			   (remote->flags & ~SSI_FILE_SHARED_FLAGS) |
			   (flags & SSI_FILE_SHARED_FLAGS));
		file->f_flags = (file->f_flags & ~SSI_FILE_SHARED_FLAGS) |
				(flags & SSI_FILE_SHARED_FLAGS);
		spin_unlock(&file->f_lock);
	}
	ssi_remote_call_end(&call);
	return err;
}

static bool is_nonblocking(const struct kiocb *iocb)
{
	return iocb->ki_flags & IOCB_NOWAIT ||
	       iocb->ki_filp->f_flags & O_NONBLOCK;
}

/* until an event after number @events; -ERESTARTSYS */
static int wait_for_event(struct ssi_remote *remote, u64 events)
{
	return wait_event_interruptible(remote->wait,
					READ_ONCE(remote->events) != events ||
					READ_ONCE(remote->dead));
}

static loff_t position(const struct kiocb *iocb)
{
	return iocb->ki_filp->f_mode & FMODE_STREAM ? SSI_POS_CURRENT :
						      iocb->ki_pos;
}

static void advance(struct kiocb *iocb, size_t bytes)
{
	if (position(iocb) != SSI_POS_CURRENT)
		iocb->ki_pos += bytes;
}

static ssize_t read_once(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;
	struct ssi_remote *remote = file->private_data;
	u32 bytes = min_t(size_t, iov_iter_count(to), SSI_FILE_BYTES_MAX);
	struct ssi_remote_call call;
	const void *data;
	s64 result;
	u32 got;

	ssi_remote_call_begin(&call, remote, SSI_FILE_READ,
			      sizeof(u64) + sizeof(u32));
	ssi_put_u64(&call.w, position(iocb));
	ssi_put_u32(&call.w, bytes);
	result = ssi_remote_call_send(&call);
	if (call.reply)
		pull_flags(file, remote, call.flags);
	if (result >= 0) {
		data = ssi_get_blob(&call.c, bytes, &got);
		if (ssi_cursor_end(&call.c) || got != result)
			result = -EIO;
		else if (copy_to_iter(data, got, to) != got)
			result = -EFAULT;
	}
	ssi_remote_call_end(&call);
	return result;
}

static ssize_t remote_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct ssi_remote *remote = iocb->ki_filp->private_data;
	bool fill = S_ISREG(file_inode(iocb->ki_filp)->i_mode);
	ssize_t done = 0, result;
	u64 events;

	result = push_flags(iocb->ki_filp, remote);
	if (result)
		return result;
	while (iov_iter_count(to)) {
		events = READ_ONCE(remote->events);
		result = read_once(iocb, to);
		if (result > 0) {
			done += result;
			advance(iocb, result);
			/* a file fills the buffer, a stream gives what it has */
			if (fill && result == SSI_FILE_BYTES_MAX &&
			    !signal_pending(current))
				continue;
			break;
		}
		if (result != -EAGAIN || done || is_nonblocking(iocb))
			break;
		result = wait_for_event(remote, events);
		if (result)
			break;
	}
	return done ?: result;
}

static ssize_t write_once(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	struct ssi_remote *remote = file->private_data;
	u32 bytes = min_t(size_t, iov_iter_count(from), SSI_FILE_BYTES_MAX);
	struct ssi_remote_call call;
	s64 result;
	void *data;

	ssi_remote_call_begin(&call, remote, SSI_FILE_WRITE,
			      sizeof(u64) + sizeof(u32) + bytes);
	ssi_put_u64(&call.w, position(iocb));
	ssi_put_u32(&call.w, bytes);
	data = ssi_put_space(&call.w, bytes);
	if (data && copy_from_iter(data, bytes, from) != bytes) {
		ssi_remote_call_end(&call);
		return -EFAULT;
	}
	result = ssi_remote_call_send(&call);
	if (call.reply)
		pull_flags(file, remote, call.flags);
	if (result > bytes)
		result = -EIO;
	if (data)
		iov_iter_revert(from, bytes - (result > 0 ? result : 0));
	ssi_remote_call_end(&call);
	return result;
}

static ssize_t remote_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct ssi_remote *remote = iocb->ki_filp->private_data;
	ssize_t done = 0, result;
	u64 events;

	result = push_flags(iocb->ki_filp, remote);
	if (result)
		return result;
	while (iov_iter_count(from)) {
		events = READ_ONCE(remote->events);
		result = write_once(iocb, from);
		if (result > 0) {
			done += result;
			advance(iocb, result);
			continue;
		}
		if (result == -EPIPE)
			send_sig(SIGPIPE, current, 0);
		if (result != -EAGAIN || is_nonblocking(iocb))
			break;
		result = wait_for_event(remote, events);
		if (result)
			break;
	}
	return done ?: result;
}

static __poll_t remote_poll(struct file *file, poll_table *table)
{
	struct ssi_remote *remote = file->private_data;
	__poll_t wanted = poll_requested_events(table) | EPOLLERR | EPOLLHUP;
	struct ssi_remote_call call;
	bool known = false;
	__poll_t mask;
	u64 events;
	s64 result;

	poll_wait(file, &remote->wait, table);
	if (READ_ONCE(remote->dead))
		return SSI_READ_EVENTS | SSI_WRITE_EVENTS;

	spin_lock_irq(&remote->lock);
	events = remote->events;
	if (!(wanted & ~remote->armed)) {
		mask = remote->mask;
		known = true;
	}
	spin_unlock_irq(&remote->lock);
	if (known)
		return mask;

	ssi_remote_call_begin(&call, remote, SSI_FILE_POLL, sizeof(u32));
	ssi_put_u32(&call.w, (__force u32)wanted);
	result = ssi_remote_call_send(&call);
	ssi_remote_call_end(&call);
	if (result < 0)
		return EPOLLERR;
	mask = (__force __poll_t)(u32)result;
	if (mask & wanted)
		return mask;
	spin_lock_irq(&remote->lock);
	if (remote->events == events) {
		remote->armed |= wanted;
		remote->mask = mask;
	}
	spin_unlock_irq(&remote->lock);
	return mask;
}

static long remote_ioctl(struct file *file, unsigned int command,
			 unsigned long value)
{
	struct ssi_remote *remote = file->private_data;
	const struct ssi_ioctl *row = ssi_ioctl_find(command);
	struct ssi_remote_call call;
	const void *out;
	void *in;
	u32 bytes;
	s64 result;

	/* "is it a terminal?" is asked of everything */
	if (row && !row->any && !S_ISCHR(file_inode(file)->i_mode))
		return -ENOTTY;
	if (!row)
		return ssi_remote_go_home(-ENOTTY);

	bytes = row->how & SSI_IOCTL_IN ? row->bytes : 0;
	ssi_remote_call_begin(&call, remote, SSI_FILE_IOCTL,
			      2 * sizeof(u32) + sizeof(u64) + bytes);
	ssi_put_u32(&call.w, command);
	ssi_put_u64(&call.w, row->how ? 0 : value);
	ssi_put_u32(&call.w, bytes);
	in = ssi_put_space(&call.w, bytes);
	result = -EFAULT;
	if (in && copy_from_user(in, (void __user *)value, bytes))
		goto out;
	result = ssi_remote_call_send(&call);
	if (result < 0)
		goto out;
	out = ssi_get_blob(&call.c, SSI_IOCTL_BYTES_MAX, &bytes);
	if (ssi_cursor_end(&call.c) ||
	    bytes != (row->how & SSI_IOCTL_OUT ? row->bytes : 0))
		result = -EIO;
	else if (bytes && copy_to_user((void __user *)value, out, bytes))
		result = -EFAULT;
out:
	ssi_remote_call_end(&call);
	return result;
}

static loff_t remote_llseek(struct file *file, loff_t offset, int whence)
{
	struct ssi_remote_call call;
	s64 result;

	ssi_remote_call_begin(&call, file->private_data, SSI_FILE_SEEK,
			      sizeof(u64) + sizeof(u32));
	ssi_put_u64(&call.w, offset);
	ssi_put_u32(&call.w, whence);
	result = ssi_remote_call_send(&call);
	ssi_remote_call_end(&call);
	return result;
}

static int remote_fsync(struct file *file, loff_t start, loff_t end,
			int data_only)
{
	struct ssi_remote_call call;
	int err;

	ssi_remote_call_begin(&call, file->private_data, SSI_FILE_SYNC,
			      sizeof(u32));
	ssi_put_u32(&call.w, !!data_only);
	err = ssi_remote_call_send(&call);
	ssi_remote_call_end(&call);
	return err;
}

/* entries of a directory that is not on the shared root */
static int remote_iterate(struct file *file, struct dir_context *context)
{
	return ssi_remote_go_home(-ENOTDIR);
}

static int remote_mmap(struct file *file, struct vm_area_struct *vma)
{
	umode_t mode = file_inode(file)->i_mode;

	return S_ISFIFO(mode) || S_ISSOCK(mode) ? -ENODEV :
						  ssi_remote_go_home(-ENODEV);
}

const struct file_operations ssi_remote_fops = {
	.owner		= THIS_MODULE,
	.open		= ssi_remote_reopen,
	.release	= ssi_remote_close,
	.llseek		= remote_llseek,
	.read_iter	= remote_read,
	.write_iter	= remote_write,
	.splice_read	= copy_splice_read,
	.splice_write	= iter_file_splice_write,
	.poll		= remote_poll,
	.unlocked_ioctl	= remote_ioctl,
	.fsync		= remote_fsync,
	.iterate_shared	= remote_iterate,
	.mmap		= remote_mmap,
};
