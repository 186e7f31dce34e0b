// SPDX-License-Identifier: GPL-2.0-only
/*
 * execve for a guest: the shadow runs it, here, with the guest's path, strings,
 * working directory, limits and masks. When it has succeeded the fresh image is
 * placed like that of any exec: the guest becomes it, or leaves.
 */
#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "shadow.h"

struct exec_request {
	char *path;
	struct file *cwd;
	u64 blocked, ignored;
	u32 umask;
	struct rlimit limits[RLIM_NLIMITS];
	bool pinned;
	const char **argv, **envp;
	char *strings;		/* all of them, NUL-terminated */
};

static void free_request(struct exec_request *r)
{
	if (!IS_ERR_OR_NULL(r->cwd))
		fput(r->cwd);
	kvfree(r->argv);
	kvfree(r->envp);
	kvfree(r->strings);
}

/* Copies the next string to *@at, which moves on. */
static char *read_string(struct ssi_cursor *c, char **at)
{
	char *text = *at;
	const void *view;
	u32 bytes;

	view = ssi_get_blob(c, SSI_EXEC_BYTES_MAX, &bytes);
	if (!view)
		return NULL;
	memcpy(text, view, bytes);
	text[bytes] = 0;
	*at += bytes + 1;
	return text;
}

static const char **read_strings(struct ssi_cursor *c, char **at, const char *none)
{
	u32 i, count = ssi_get_count(c, c->left / sizeof(u32));
	const char **list;

	if (c->error)
		return NULL;
	list = kvcalloc(count + 2, sizeof(*list), GFP_KERNEL);
	for (i = 0; list && i < count; i++)
		list[i] = read_string(c, at);
	/* as execve() does for an empty argv */
	if (list && !count && none)
		list[0] = none;
	return list;
}

static int read_request(struct ssi_message *msg, struct exec_request *r)
{
	struct ssi_cursor c;
	char *at;
	int i;

	ssi_cursor_init(&c, msg);
	/* each string is shorter than its place in the message */
	r->strings = kvmalloc(msg->length + 1, GFP_KERNEL);
	if (!r->strings)
		return -ENOMEM;
	at = r->strings;
	r->path = read_string(&c, &at);
	r->cwd = ssi_path_decode(&c, O_PATH);
	if (IS_ERR(r->cwd))
		return PTR_ERR(r->cwd);
	r->blocked = ssi_get_u64(&c);
	r->ignored = ssi_get_u64(&c);
	r->umask = ssi_get_u32(&c) & 0777;
	for (i = 0; i < RLIM_NLIMITS; i++) {
		r->limits[i].rlim_cur = ssi_get_u64(&c);
		r->limits[i].rlim_max = ssi_get_u64(&c);
	}
	r->pinned = ssi_get_u8(&c);
	r->argv = read_strings(&c, &at, "");
	r->envp = read_strings(&c, &at, NULL);
	if (!c.error && (!r->argv || !r->envp))
		return -ENOMEM;
	return ssi_cursor_end(&c);
}

/* Dispositions as exec shall find them: ignored ones stay so. */
static void set_dispositions(u64 ignored, u64 blocked)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	sigset_t mask = { { blocked } };
	int i;

	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < _NSIG; i++) {
		if (sig_kernel_only(i + 1))
			continue;
		/* a marker becomes the default in the exec itself, if it succeeds */
		if (ignored & (1ULL << i))
			sighand->action[i].sa.sa_handler = SIG_IGN;
		else if (sighand->action[i].sa.sa_handler == SIG_IGN)
			sighand->action[i].sa.sa_handler = SIG_DFL;
	}
	spin_unlock_irq(&sighand->siglock);
	sigdelsetmask(&mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* What the shadow had as markers, should the exec fail. */
struct saved_signals {
	struct k_sigaction action[_NSIG];
	sigset_t blocked;
};

static void save_signals(struct saved_signals *saved)
{
	spin_lock_irq(&ssi_own_sighand()->siglock);
	memcpy(saved->action, ssi_own_sighand()->action, sizeof(saved->action));
	saved->blocked = current->blocked;
	spin_unlock_irq(&ssi_own_sighand()->siglock);
}

static void restore_signals(const struct saved_signals *saved)
{
	spin_lock_irq(&ssi_own_sighand()->siglock);
	memcpy(ssi_own_sighand()->action, saved->action, sizeof(saved->action));
	spin_unlock_irq(&ssi_own_sighand()->siglock);
	sigprocmask(SIG_SETMASK, (sigset_t *)&saved->blocked, NULL);
}

/* 0, an errno, or EXEC_FATAL: past its point of no return, a signal is pending. */
#define EXEC_FATAL	1

static int run_exec(struct ssi_shadow *s, const struct exec_request *r)
{
	struct mm_struct *old = current->mm;
	struct saved_signals *saved = kmalloc(sizeof(*saved), GFP_KERNEL);
	int ret;

	if (!saved)
		return -ENOMEM;
	set_fs_pwd(current->fs, &r->cwd->f_path);
	current->fs->umask = r->umask;
	task_lock(current->group_leader);
	memcpy(current->signal->rlim, r->limits, sizeof(r->limits));
	task_unlock(current->group_leader);
	save_signals(saved);
	do {
		set_dispositions(r->ignored, r->blocked);
		ret = kernel_execve(r->path, r->argv, r->envp);
		if (ret && current->mm != old) {
			kfree(saved);
			return EXEC_FATAL;
		}
		if (ret)
			restore_signals(saved);
		if (ret == -ERESTARTNOINTR)
			ssi_shadow_forward(s);
	} while (ret == -ERESTARTNOINTR && !fatal_signal_pending(current));
	kfree(saved);
	return ret;
}

/* The guest shall become the fresh image of current. */
static int make_image(struct ssi_shadow *s, struct ssi_message *msg, struct ssi_message **answer)
{
	struct ssi_message *reply = ssi_reply_new(msg, SSI_EXECED, 0, SZ_64K);
	struct ssi_capture capture = {};
	struct ssi_writer w;
	int ret;

	if (!reply)
		return -ENOMEM;
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ssi_put_u32(&w, SSI_EXECED_BECOME);
	ret = ssi_image_capture(&w, s->peer, SSI_IMAGE_FRESH, &capture);
	/* all of its pages have to be in the message: we do not wait for it */
	if (!ret && capture.pages > SSI_INLINE_PAGES)
		ret = -E2BIG;
	kvfree(capture.page);
	if (ret) {
		ssi_message_put(reply);
		return ret;
	}
	ssi_shadow_take_over_signals(s);
	*answer = reply;
	return 0;
}

static void send_leave(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_message *reply = ssi_reply_new(msg, SSI_EXECED, 0, 4);
	struct ssi_writer w;

	if (!reply) {
		ssi_peer_drop(s->peer, "no memory to answer an exec");
		return;
	}
	ssi_writer_init(&w, reply, GFP_KERNEL);
	ssi_put_u32(&w, SSI_EXECED_LEAVE);
	/* LEAVE brings the descriptors; the exec'ed image waits here for them */
	ssi_send(s->peer, SSI_CONTROL, reply);
}

bool ssi_shadow_exec(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct exec_request request = {};
	struct ssi_message *answer;
	struct ssi_peer *where;
	bool stays;
	char name[TASK_COMM_LEN * 4];
	const char *why = "";
	int ret = read_request(msg, &request);

	if (ret == -EBADMSG) {
		free_request(&request);
		ssi_peer_drop(s->peer, "malformed EXEC");
		return true;
	}
	if (!ret)
		ret = run_exec(s, &request);
	free_request(&request);
	if (ret == EXEC_FATAL)
		return true;
	if (ret) {
		ssi_shadow_answer(s, ssi_reply_new(msg, SSI_EXECED, ret, 0));
		return true;
	}

	ssi_program_name(name, sizeof(name));
	where = ssi_policy_place(name, s->peer->node, request.pinned, &why);
	stays = where == s->peer;
	if (where)
		ssi_peer_put(where);
	if (stays && !make_image(s, msg, &answer)) {
		ssi_decided(DOLMEN_COUNTER_PLACED, s->peer->node, "exec");
		atomic64_inc(&s->peer->placed);
		ssi_shadow_answer(s, answer);
	} else {
		s->fresh = true;
		s->pinned = request.pinned;
		send_leave(s, msg);
	}
	return true;
}
