// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing for a peer, by class of file:
 *
 * STREAM files know IOCB_NOWAIT. DISK files wait for disks only. SHADOW files
 * (terminals, and whatever else has neither property) are asked by poll first;
 * what a terminal still waits for then is interruptible in the shadow. Files of
 * the old read and write methods are of this class too.
 */
#include "handle.h"
#include "ioctl.h"
#include "payload.h"
#include "serve_io.h"

#include <linux/fs.h>
#include <linux/major.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include <ssi/lent.h>

#include <asm/ioctls.h>
#include <asm/termbits.h>

/*
 * A terminal takes part of a write only if nothing else fits; small pieces keep
 * short what the shadow may have to wait for.
 */
#define TERMINAL_WRITE_BYTES	1024

static s64 io_stream(struct file *file, int direction, void *data, u32 bytes,
		     loff_t pos)
{
	struct kvec vec = { .iov_base = data, .iov_len = bytes };
	struct iov_iter iter;
	struct kiocb iocb;

	init_sync_kiocb(&iocb, file);
	iocb.ki_pos = file->f_mode & FMODE_STREAM ? 0 : pos;
	iocb.ki_flags |= IOCB_NOWAIT;
	iov_iter_kvec(&iter, direction == READ ? ITER_DEST : ITER_SOURCE, &vec,
		      1, bytes);
	return direction == READ ? vfs_iocb_iter_read(file, &iocb, &iter) :
				   vfs_iocb_iter_write(file, &iocb, &iter);
}

/*
 * The old methods (most of /proc, some drivers) know user memory only: the
 * shadow has a process's memory, and lends a piece of it.
 */
static s64 io_user(struct file *file, int direction, void *data, u32 bytes,
		   loff_t *pos)
{
	u32 size = max(bytes, 1U);
	unsigned long at;
	void __user *user;
	s64 result;

	if (!current->mm)
		return -EIO;
	at = ssi_lend(size);
	if (IS_ERR_VALUE(at))
		return (long)at;
	user = (void __user *)at;
	if (direction == READ) {
		result = file->f_op->read(file, user, bytes, pos);
		if (result > (s64)bytes ||
		    (result > 0 && copy_from_user(data, user, result)))
			result = -EFAULT;
	} else {
		result = copy_to_user(user, data, bytes) ? -EFAULT :
			file->f_op->write(file, user, bytes, pos);
	}
	ssi_take_back(at, size);
	return result;
}

static bool is_old(const struct file *file, int direction)
{
	return direction == READ ? !!file->f_op->read : !!file->f_op->write;
}

bool ssi_io_needs_shadow(const struct file *file)
{
	return is_old(file, READ) || is_old(file, WRITE);
}

/* kernel_read() and kernel_write() complain loudly about the old methods */
static s64 io_plain(struct file *file, int direction, void *data, u32 bytes,
		    loff_t *pos)
{
	if (!(file->f_mode & (direction == READ ? FMODE_READ : FMODE_WRITE)))
		return -EBADF;
	if (is_old(file, direction))
		return io_user(file, direction, data, bytes, pos);
	if (direction == READ)
		return file->f_op->read_iter ?
			kernel_read(file, data, bytes, pos) : -EINVAL;
	return file->f_op->write_iter ?
		kernel_write(file, data, bytes, pos) : -EINVAL;
}

/* by number: the operations of terminals are private to their layer */
static bool is_terminal(const struct file *file)
{
	unsigned int major = imajor(file_inode(file));

	if (!S_ISCHR(file_inode(file)->i_mode))
		return false;
	switch (major) {
	case TTY_MAJOR:
	case TTYAUX_MAJOR:
	case UNIX98_PTY_MASTER_MAJOR ...
	     UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT - 1:
	case 166:	/* ttyACM */
	case 188:	/* ttyUSB */
	case 204:	/* ttyAMA and the like */
	case 229:	/* hvc */
		return true;
	}
	return false;
}

/* raw mode with MIN 0: a read without data ends by itself */
static bool terminal_ends_empty(struct file *file)
{
	const struct ssi_ioctl *call = ssi_ioctl_find(TCGETS);
	struct termios termios;

	return ssi_ioctl_run(file, call, 0, NULL, &termios) >= 0 &&
	       !(termios.c_lflag & ICANON) && !termios.c_cc[VMIN];
}

static s64 read_shadow(struct ssi_handle *handle, void *data, u32 bytes,
		       loff_t *pos)
{
	struct file *file = handle->file;
	s64 result;

	if (!(ssi_handle_poll(handle, SSI_READ_EVENTS) & SSI_READ_EVENTS)) {
		if (!is_terminal(file))
			return -EAGAIN;
		/* job control comes before data: a read of no bytes asks it */
		result = io_plain(file, READ, data, 0, pos);
		if (result < 0)
			return result;
		if (!terminal_ends_empty(file))
			return -EAGAIN;
	}
	return io_plain(file, READ, data, bytes, pos);
}

static s64 write_shadow(struct ssi_handle *handle, void *data, u32 bytes,
			loff_t *pos)
{
	u32 done = 0;
	s64 result;

	while (done < bytes) {
		__poll_t mask = ssi_handle_poll(handle, SSI_WRITE_EVENTS);
		u32 piece = bytes - done;

		if (!(mask & SSI_WRITE_EVENTS))
			return done ?: -EAGAIN;
		if (is_terminal(handle->file))
			piece = min_t(u32, piece, TERMINAL_WRITE_BYTES);
		result = io_plain(handle->file, WRITE, data + done, piece, pos);
		if (result <= 0)
			return done ?: result;
		done += result;
		if (signal_pending(current))
			break;
	}
	return done;
}

static s64 io_class(struct ssi_handle *handle, int direction, void *data,
		    u32 bytes, loff_t *pos)
{
	if (handle->class == SSI_FILE_DISK)
		return io_plain(handle->file, direction, data, bytes, pos);
	if (!current->mm)	/* nobody here could be interrupted */
		return -EIO;
	return direction == READ ? read_shadow(handle, data, bytes, pos) :
				   write_shadow(handle, data, bytes, pos);
}

s64 ssi_serve_io(struct ssi_handle *handle, int direction, void *data, u32 bytes,
		 loff_t pos)
{
	struct file *file = handle->file;
	bool shared = file->f_mode & FMODE_ATOMIC_POS;
	s64 result;

	if (handle->class == SSI_FILE_STREAM)
		return io_stream(file, direction, data, bytes, pos);
	if (pos != SSI_POS_CURRENT)
		return io_class(handle, direction, data, bytes, &pos);
	if (file->f_mode & FMODE_STREAM)
		return io_class(handle, direction, data, bytes, NULL);
	if (shared)
		mutex_lock(&file->f_pos_lock);
	pos = file->f_pos;
	result = io_class(handle, direction, data, bytes, &pos);
	if (result >= 0)
		file->f_pos = pos;
	if (shared)
		mutex_unlock(&file->f_pos_lock);
	return result;
}
