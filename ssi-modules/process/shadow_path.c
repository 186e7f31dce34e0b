// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the shadow finds out about paths for its guest: the call itself, made in
 * its own context with a piece of its own memory; and files that are opened here
 * to be read from there.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <asm/syscall.h>

#include <ssi/files.h>
#include <ssi/lent.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "path_call.h"
#include "shadow.h"
#include "syscall_table.h"

/* In the shadow's memory while a call is made: the path, then what it writes. */
#define LENT_BYTES	(SSI_PATH_MAX + SSI_PATH_OUT_MAX)

struct path_request {
	const struct ssi_path_call *call;
	u64 arg[6];
	u32 size;
	char *path;		/* SSI_PATH_MAX bytes */
};

static int read_request(struct ssi_message *msg, struct path_request *r)
{
	struct ssi_cursor c;
	int i;

	ssi_cursor_init(&c, msg);
	r->call = ssi_path_call(ssi_get_u32(&c));
	for (i = 0; i < ARRAY_SIZE(r->arg); i++)
		r->arg[i] = ssi_get_u64(&c);
	r->size = ssi_get_count(&c, SSI_PATH_OUT_MAX);
	ssi_get_string(&c, r->path, SSI_PATH_MAX);
	if (ssi_cursor_end(&c) || !r->call || r->path[0] != '/')
		return -EBADMSG;
	return r->call->size < 0 && r->size != r->call->bytes ? -EBADMSG : 0;
}

static long make_call(struct path_request *r, unsigned long lent)
{
	void __user *out = (void __user *)(lent + SSI_PATH_MAX);
	struct pt_regs regs = { .orig_ax = r->call->nr };

	if (copy_to_user((void __user *)lent, r->path, strlen(r->path) + 1))
		return -EFAULT;
	r->arg[r->call->path] = lent;
	if (r->call->out >= 0)
		r->arg[r->call->out] = (unsigned long)out;
	if (r->call->size >= 0)
		r->arg[r->call->size] = r->size;
	regs.di = r->arg[0];
	regs.si = r->arg[1];
	regs.dx = r->arg[2];
	regs.r10 = r->arg[3];
	regs.r8 = r->arg[4];
	regs.r9 = r->arg[5];
	return x64_sys_call(&regs, r->call->nr);
}

static void put_answer(struct ssi_writer *w, struct path_request *r, unsigned long lent,
		       long result)
{
	u32 bytes = result < 0 || r->call->out < 0 ? 0 : r->call->size < 0 ? r->size : result;
	void *data;

	ssi_put_u64(w, result);
	ssi_put_u32(w, bytes);
	data = ssi_put_space(w, bytes);
	if (data && copy_from_user(data, (void __user *)(lent + SSI_PATH_MAX), bytes))
		w->error = -EFAULT;
}

static int answer_call(struct path_request *r, struct ssi_message *reply)
{
	unsigned long lent = ssi_lend(LENT_BYTES);
	struct ssi_writer w;

	if (IS_ERR_VALUE(lent))
		return (long)lent;
	ssi_writer_init(&w, reply, GFP_KERNEL);
	put_answer(&w, r, lent, make_call(r, lent));
	ssi_take_back(lent, LENT_BYTES);
	return w.error;
}

/*
 * @ret: 0 or why @reply is not what was asked for. What is open in it belongs to
 * the node from now on, so it is sent without a stop in between; no signal is a
 * consequence of these calls.
 */
static void send_answer(struct ssi_shadow *s, struct ssi_message *msg, u16 type,
			struct ssi_message *reply, int ret)
{
	if (!reply || ret) {
		ssi_message_put(reply);
		reply = ssi_reply_new(msg, type, ret ?: -ENOMEM, 0);
	}
	if (reply)
		ssi_send(s->peer, SSI_CONTROL, reply);
	else
		ssi_peer_drop(s->peer, "no memory for an answer");
}

void ssi_shadow_path_call(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_message *reply = ssi_reply_new(msg, SSI_PATH_CALLED, 0, 256);
	struct path_request request = { .path = __getname() };
	int ret = request.path ? read_request(msg, &request) : -ENOMEM;

	if (ret == -EBADMSG)
		ssi_peer_drop(s->peer, "malformed PATH_CALL");
	else if (!ret)
		ssi_count(DOLMEN_COUNTER_ASKED_HOME, s->peer->node, current->comm,
			  ssi_call_name(request.call->nr));
	if (!ret && reply)
		ret = answer_call(&request, reply);
	if (request.path)
		__putname(request.path);
	send_answer(s, msg, SSI_PATH_CALLED, reply, ret);
}

/*
 * Regular files only: opening anything else may do something, or last. Should it
 * have become something else in between, it does not last either.
 */
static struct file *open_regular(const char *name, unsigned int flags)
{
	bool nonblock = flags & O_NONBLOCK;
	struct path path;
	struct file *file;
	umode_t mode;
	int err;

	err = kern_path(name, flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &path);
	if (err)
		return ERR_PTR(err);
	mode = d_inode(path.dentry)->i_mode;
	path_put(&path);
	if (!S_ISREG(mode))
		return ERR_PTR(-ESSIHOME);
	file = filp_open(name, flags | O_NONBLOCK | O_NOCTTY, 0);
	if (IS_ERR(file))
		return file;
	if (!S_ISREG(file_inode(file)->i_mode)) {
		fput(file);
		return ERR_PTR(-ESSIHOME);
	}
	if (!nonblock) {
		spin_lock(&file->f_lock);
		file->f_flags &= ~O_NONBLOCK;
		file->f_iocb_flags = iocb_flags(file);
		spin_unlock(&file->f_lock);
	}
	return file;
}

static int open_for(struct ssi_shadow *s, const char *name, u32 flags, struct ssi_message *reply)
{
	struct file *file = open_regular(name, flags);
	struct ssi_writer w;
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ret = ssi_file_encode_remote(&w, s->peer, file);
	fput(file);
	return ret;
}

void ssi_shadow_open(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_message *reply = ssi_reply_new(msg, SSI_OPENED, 0, 256);
	char *name = __getname();
	struct ssi_cursor c;
	int ret = -ENOMEM;
	u32 flags;

	if (name && reply) {
		ssi_cursor_init(&c, msg);
		flags = ssi_get_u32(&c);
		ssi_get_string(&c, name, SSI_PATH_MAX);
		if (ssi_cursor_end(&c) || name[0] != '/' || flags & ~SSI_OPEN_FLAGS) {
			ret = -EBADMSG;
			ssi_peer_drop(s->peer, "malformed OPEN");
		} else {
			ssi_count(DOLMEN_COUNTER_ASKED_HOME, s->peer->node, current->comm, "open");
			ret = open_for(s, name, flags, reply);
		}
	}
	if (name)
		__putname(name);
	send_answer(s, msg, SSI_OPENED, reply, ret);
}
