// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request to the owner of a remote file, and what its answer means here.
 */
#include "payload.h"
#include "remote.h"

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/sched/signal.h>
#include <linux/ssi.h>

int ssi_remote_go_home(int otherwise)
{
	return ssi_is_guest() ? -ESSIHOME : otherwise;
}

void ssi_remote_call_begin(struct ssi_remote_call *call,
			   struct ssi_remote *remote, u16 type, u32 room)
{
	call->remote = remote;
	call->reply = NULL;
	call->flags = 0;
	call->msg = ssi_message_new(type, sizeof(u64) + room, GFP_KERNEL);
	ssi_writer_init(&call->w, call->msg, GFP_KERNEL);
	if (!call->msg) {
		call->w.error = -ENOMEM;
		return;
	}
	call->msg->home = SSI_HEAD;
	if (!ssi_guest_identity(&call->msg->pid, &call->msg->incarnation)) {
		call->msg->pid = 0;
		call->msg->incarnation = 0;
	}
	ssi_put_u64(&call->w, remote->id);
}

/* an errno from another kernel, as it may be returned here */
static s64 local_error(s64 error)
{
	if (error < -MAX_ERRNO)
		return -EIO;
	switch (error) {
	case -ESSIHOME:
		return ssi_remote_go_home(-EIO);
	case -ERESTARTSYS:
		/*
		 * Job control has signalled the process; the signal comes by
		 * itself. Without a pending one the restart would not be done.
		 */
		set_tsk_thread_flag(current, TIF_SIGPENDING);
		return -ERESTARTSYS;
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
	case -ENOIOCTLCMD:
		return -EINTR;
	}
	return error;
}

/* Whether the asker may have learnt of another machine's work by this answer. */
static bool tells(u16 type, s64 result)
{
	switch (type) {
	case SSI_FILE_READ:
	case SSI_FILE_POLL:
		return result != -EAGAIN;
	}
	return result < 0;
}

s64 ssi_remote_call_send(struct ssi_remote_call *call)
{
	struct ssi_message *msg = call->msg;
	u16 type = msg ? msg->type : 0;
	s64 result;
	int err;

	call->msg = NULL;
	if (call->w.error || READ_ONCE(call->remote->dead)) {
		ssi_message_put(msg);
		return call->w.error ?: -EIO;
	}
	/* the owner answers at once, so only death may interrupt this */
	err = ssi_call(call->remote->peer, SSI_CONTROL, msg, 0, &call->reply);
	if (err)
		return err == -ENOMEM || err == -EINTR ? err : -EIO;
	ssi_cursor_init(&call->c, call->reply);
	result = ssi_get_u64(&call->c);
	call->flags = ssi_get_u32(&call->c);
	if (call->c.error)
		return -EIO;
	if (tells(type, result))
		ssi_heard();
	return result < 0 ? local_error(result) : result;
}

void ssi_remote_call_end(struct ssi_remote_call *call)
{
	ssi_message_put(call->msg);
	ssi_message_put(call->reply);
	call->msg = NULL;
	call->reply = NULL;
}
