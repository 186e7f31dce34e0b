// SPDX-License-Identifier: GPL-2.0-only
/*
 * A path that leads to what only home has: many calls can be answered from
 * there, so that the process need not go home for them. Absolute paths only; the
 * shadow's working directory is not its guest's.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "guest.h"
#include "path_call.h"

struct six_args {
	u64 arg[6];
};

static void get_args(const struct pt_regs *regs, struct six_args *args)
{
	*args = (struct six_args){
		{ regs->di, regs->si, regs->dx, regs->r10, regs->r8, regs->r9 }
	};
}

/* NULL: none that can be asked for */
static char *get_path(u64 user)
{
	char *path = strndup_user((const char __user *)user, SSI_PATH_MAX);

	if (IS_ERR(path))
		return NULL;
	if (path[0] == '/')
		return path;
	kfree(path);
	return NULL;
}

/* The path goes last; consumed, as @msg is if that fails. */
static int end_with_path(struct ssi_writer *w, char *path)
{
	ssi_put_string(w, path);
	kfree(path);
	if (w->error)
		ssi_message_put(w->msg);
	return w->error;
}

static long take_answer(struct ssi_message *reply, void __user *out, u32 size)
{
	struct ssi_cursor c;
	const void *data;
	u32 bytes;
	long result;

	ssi_cursor_init(&c, reply);
	result = (s64)ssi_get_u64(&c);
	data = ssi_get_blob(&c, size, &bytes);
	if (ssi_cursor_end(&c))
		return -EPROTO;
	if (result >= 0 && bytes && copy_to_user(out, data, bytes))
		return -EFAULT;
	return result;
}

static long ask_about(struct ssi_guest *g, const struct ssi_path_call *call, struct pt_regs *regs)
{
	struct ssi_message *msg;
	struct ssi_request rq;
	struct six_args args;
	struct ssi_writer w;
	u32 size = call->bytes;
	char *path;
	long ret;
	int i;

	get_args(regs, &args);
	if (call->size >= 0) {
		if ((int)args.arg[call->size] <= 0)
			return -ESSIHOME;	/* to be refused by the call itself */
		size = min_t(u64, args.arg[call->size], SSI_PATH_OUT_MAX);
	}
	path = get_path(args.arg[call->path]);
	if (!path)
		return -ESSIHOME;
	msg = ssi_guest_message(g, SSI_PATH_CALL, 128);
	if (!msg) {
		kfree(path);
		return -ENOMEM;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, call->nr);
	for (i = 0; i < ARRAY_SIZE(args.arg); i++)
		ssi_put_u64(&w, args.arg[i]);
	ssi_put_u32(&w, size);
	ret = end_with_path(&w, path);
	if (ret)
		return ret;
	ret = ssi_guest_ask(g, &rq, msg, false);
	g->learns = true;
	if (!ret)
		ret = rq.reply->status;
	if (!ret)
		ret = take_answer(rq.reply,
				  call->out < 0 ? NULL : (void __user *)args.arg[call->out], size);
	ssi_request_end(&rq);
	return ret;
}

/* The file is open at home; the descriptor is ours. */
static long install(struct ssi_guest *g, struct ssi_message *reply, u64 flags)
{
	struct ssi_cursor c;
	struct file *file;
	int fd;

	ssi_cursor_init(&c, reply);
	file = ssi_file_decode_remote(&c, g->home);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = ssi_cursor_end(&c) ? -EPROTO : get_unused_fd_flags(flags & O_CLOEXEC);
	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

static long ask_to_open(struct ssi_guest *g, u64 user_path, u64 flags)
{
	struct ssi_message *msg, *reply;
	struct ssi_request rq;
	struct ssi_writer w;
	char *path;
	long ret;

	if (flags & ~(SSI_OPEN_FLAGS | O_CLOEXEC))
		return -ESSIHOME;
	path = get_path(user_path);
	if (!path)
		return -ESSIHOME;
	msg = ssi_guest_message(g, SSI_OPEN, 128);
	if (!msg) {
		kfree(path);
		return -ENOMEM;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, flags & ~O_CLOEXEC);
	ret = end_with_path(&w, path);
	if (ret)
		return ret;
	ret = ssi_guest_ask(g, &rq, msg, false);
	g->learns = true;
	reply = ssi_request_abandon(&rq);
	/* it may have come in the last moment of one that is killed */
	if (reply && !reply->status)
		ret = install(g, reply, flags);
	else if (reply)
		ret = reply->status;
	ssi_message_put(reply);
	return ret;
}

void ssi_guest_open_late(struct ssi_peer *peer, struct ssi_message *opened)
{
	struct ssi_cursor c;

	if (opened->status)
		return;
	ssi_cursor_init(&c, opened);
	ssi_file_discard_remote(&c, peer);
}

long ssi_guest_ask_path(struct ssi_guest *g, struct pt_regs *regs, int nr)
{
	const struct ssi_path_call *call;

	switch (nr) {
	case __NR_open:
		return ask_to_open(g, regs->di, regs->si);
	case __NR_openat:
		return ask_to_open(g, regs->si, regs->dx);
	}
	call = ssi_path_call(nr);
	return call ? ask_about(g, call, regs) : -ESSIHOME;
}
