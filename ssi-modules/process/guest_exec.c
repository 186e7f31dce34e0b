// SPDX-License-Identifier: GPL-2.0-only
/*
 * execve by a guest, in two phases. Home runs the exec in the shadow, so that
 * all its rules are the home kernel's own. Only when that is past its point of
 * no return a new image comes into being here: "become" replaces the memory of
 * this very task and keeps its descriptors; "leave" sends the descriptors home,
 * where the new program runs or is placed elsewhere.
 */
#include <linux/binfmts.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/namei.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/uaccess.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "guest.h"

/* PATH searches end here mostly: no need to ask for what is not there. */
static int exists(const char __user *name)
{
	struct path path;
	int ret = user_path_at(AT_FDCWD, name, LOOKUP_FOLLOW, &path);

	if (ret == -ESSIHOME)
		return 0;
	if (!ret)
		path_put(&path);
	return ret;
}

static int put_user_string(struct ssi_writer *w, const char __user *user, u32 *left)
{
	long bytes = strnlen_user(user, MAX_ARG_STRLEN);
	void *space;

	if (!bytes)
		return -EFAULT;
	if (bytes > MAX_ARG_STRLEN || bytes > *left)
		return -E2BIG;
	*left -= bytes;
	bytes--;
	ssi_put_u32(w, bytes);
	space = ssi_put_space(w, bytes);
	if (!space)
		return w->error;
	return copy_from_user(space, user, bytes) ? -EFAULT : 0;
}

static int put_user_strings(struct ssi_writer *w, const char __user *const __user *user, u32 *left)
{
	const char __user *string;
	u32 count = 0, at = w->msg->length;
	int ret;

	ssi_put_u32(w, 0);
	while (user) {
		if (get_user(string, user++))
			return -EFAULT;
		if (!string)
			break;
		if (count++ >= MAX_ARG_STRINGS || *left < sizeof(string))
			return -E2BIG;
		*left -= sizeof(string);
		ret = put_user_string(w, string, left);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	if (!w->error)
		ssi_patch_u32(w, at, count);
	return w->error;
}

/* What the shadow has to be like for the exec: the guest has changed it since. */
static int put_context(struct ssi_writer *w)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	u64 ignored = 0;
	struct path cwd;
	int i, ret;

	get_fs_pwd(current->fs, &cwd);
	ret = ssi_path_encode(w, &cwd);
	path_put(&cwd);
	if (ret)
		return ret;
	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < _NSIG; i++)
		if (sighand->action[i].sa.sa_handler == SIG_IGN)
			ignored |= 1ULL << i;
	spin_unlock_irq(&sighand->siglock);
	ssi_put_u64(w, current->blocked.sig[0]);
	ssi_put_u64(w, ignored);
	ssi_put_u32(w, current->fs->umask);
	for (i = 0; i < RLIM_NLIMITS; i++) {
		ssi_put_u64(w, current->signal->rlim[i].rlim_cur);
		ssi_put_u64(w, current->signal->rlim[i].rlim_max);
	}
	ssi_put_u8(w, ssi_files_pinned());
	return w->error;
}

static int write_request(struct ssi_writer *w, struct pt_regs *regs)
{
	u32 left = SSI_EXEC_BYTES_MAX;
	int ret;

	ret = put_user_string(w, (const char __user *)regs->di, &left);
	if (ret)
		return ret;
	ret = put_context(w);
	if (!ret)
		ret = put_user_strings(w, (void __user *)regs->si, &left);
	if (!ret)
		ret = put_user_strings(w, (void __user *)regs->dx, &left);
	return ret;
}

/* Home is past its point of no return: there is no way back any more. */
static void die(struct ssi_guest *g, const char *what, int error)
{
	ssi_event(DOLMEN_EVENT_PROCESS_KILLED, g->home->node, g->pid,
		  "exec: %s failed (%d)", what, error);
	send_sig(SIGKILL, current, 1);
}

static void become(struct ssi_guest *g, struct ssi_message *msg, struct ssi_cursor *c)
{
	struct ssi_image *image = ssi_image_decode(msg, c, g->home);
	int ret;

	if (IS_ERR(image)) {
		die(g, "reading the image", PTR_ERR(image));
		return;
	}
	do_close_on_exec(current->files);
	ssi_guest_take_signals(g);
	ssi_flush_timer_signals();
	/* what the old program had registered ends with its memory */
	ret = ssi_image_install(image, false);
	if (!ret)
		ret = ssi_image_install_registers(image);
	ssi_image_free(image);
	if (ret)
		die(g, "building the memory", ret);
	else
		current->flags &= ~(PF_FORKNOEXEC | PF_RANDOMIZE);
}

static void leave(struct ssi_guest *g, const struct pt_regs *regs)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_LEAVE, SZ_4K);
	struct ssi_capture capture = {};
	struct ssi_usage usage;
	struct ssi_writer w;
	int ret;

	if (!msg) {
		die(g, "leaving", -ENOMEM);
		return;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_guest_change(g, SSI_GUEST_LEAVING);
	ssi_guest_take_signals(g);
	ssi_flush_timer_signals();
	ssi_put_u32(&w, 0);	/* no image: home has a newer one */
	ssi_put_u32(&w, regs->orig_ax);
	ssi_usage_of(current, &usage);
	ssi_put_usage(&w, &usage);
	ssi_capture_timer(&w);
	ret = ssi_capture_signals(&w, true, &capture);
	if (!ret)
		ret = ssi_files_encode(&w, g->home, SSI_FILES_SKIP_CLOEXEC);
	if (ret) {
		ssi_message_put(msg);
		die(g, "leaving", ret);
		return;
	}
	ret = ssi_guest_ask_status(g, msg);
	if (ret == -EINTR)
		return;		/* killed: as an ordinary exit */
	ssi_guest_vanish(g);
}

long ssi_guest_execve(struct ssi_guest *g, struct pt_regs *regs)
{
	struct ssi_request rq;
	struct ssi_message *msg;
	struct ssi_cursor c;
	struct ssi_writer w;
	int ret = exists((const char __user *)regs->di);

	if (ret)
		return ret;
	msg = ssi_guest_message(g, SSI_EXEC, SZ_8K);
	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ret = write_request(&w, regs);
	if (ret) {
		ssi_message_put(msg);
		if (ret == -ESSIHOME)
			return ssi_guest_go_home(g, regs, regs->orig_ax);
		return ret;
	}

	ret = ssi_guest_ask(g, &rq, msg, false);
	if (!ret)
		ret = rq.reply->status;
	if (!ret) {
		ssi_cursor_init(&c, rq.reply);
		switch (ssi_get_u32(&c)) {
		case SSI_EXECED_BECOME:
			become(g, rq.reply, &c);
			break;
		case SSI_EXECED_LEAVE:
			ssi_request_end(&rq);
			leave(g, regs);
			return 0;
		default:
			die(g, "reading the answer", -EPROTO);
		}
	}
	ssi_request_end(&rq);
	return ret;
}
