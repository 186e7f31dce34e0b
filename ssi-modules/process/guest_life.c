// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a guest comes into the world and leaves it.
 *
 * The exit is told from the exit work, which runs when all files are closed and
 * their last puts have been done: written data is on the server and pipe ends
 * are released before a parent at home learns of it.
 */
#include <linux/fs_struct.h>
#include <linux/kthread.h>
#include <linux/ptrace.h>
#include <linux/resource.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/ssi.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"

static void placed(struct ssi_guest *g, int status)
{
	ssi_reply_status(g->home, g->place, SSI_PLACED, status);
}

static int install(struct ssi_guest *g)
{
	struct ssi_image *image;
	struct ssi_cursor c;
	int ret;

	ssi_cursor_init(&c, g->place);
	image = ssi_image_decode(g->place, &c, g->home);
	if (IS_ERR(image))
		return PTR_ERR(image);
	g->mirrored_mask = image->signals.blocked;
	ret = ssi_image_install(image, false);
	if (!ret)
		ret = ssi_image_install_registers(image);
	ssi_image_free(image);
	return ret;
}

/* Behind the return of a clone, which is 0 in the child: what the image says. */
static void birth_work(struct callback_head *work)
{
	struct ssi_guest *g = container_of(work, struct ssi_guest, birth_work);

	if (!(current->flags & PF_EXITING))
		current_pt_regs()->ax = g->first_ax;
}

int ssi_guest_main(void *arg)
{
	struct ssi_guest *g = arg;
	int ret;

	set_syscall_work(SSI);
	/* what it has of the kernel thread that cloned it */
	current->flags &= ~(PF_NOFREEZE | PF_NO_SETAFFINITY | PF_FORKNOEXEC | PF_RANDOMIZE);
	/* a kernel thread ignores even these: it could not be killed before its image is in */
	kernel_sigaction(SIGKILL, SIG_DFL);
	kernel_sigaction(SIGSTOP, SIG_DFL);
	ssi_container_enter();
	ret = install(g);
	if (!ret) {
		g->first_ax = current_pt_regs()->ax;
		/* before it looks for signals and for a call to be made again */
		ret = task_work_add(current, &g->birth_work, TWA_SIGNAL);
	}
	if (!ret && !ssi_guest_change(g, SSI_GUEST_RUNNING))
		ret = -EINTR;
	if (ret) {
		g->silent = true;
		placed(g, ret);
		send_sig(SIGKILL, current, 1);
	} else {
		placed(g, 0);
	}
	ssi_message_put(g->place);
	g->place = NULL;
	ssi_guest_put(g);	/* the maker's */
	return 0;
}

static void tell_exit(struct ssi_guest *g)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_EXIT, 80);
	struct ssi_usage usage;
	struct ssi_writer w;

	if (!msg) {
		ssi_peer_drop(g->home, "no memory to tell an exit");
		return;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, g->exit_code);
	ssi_usage_of(current, &usage);
	ssi_put_usage(&w, &usage);
	ssi_send(g->home, SSI_CONTROL, msg);
}

static void exit_work(struct callback_head *work)
{
	struct ssi_guest *g = container_of(work, struct ssi_guest, exit_work);

	/* the last puts of mapped files are older than we are: after them */
	if (work->next && !task_work_add(current, work, TWA_NONE))
		return;
	ssi_guest_change(g, SSI_GUEST_GONE);
	ssi_pull_queue_close(&g->pulls, g->home);
	if (!g->silent) {
		ssi_exits_here(g->pid);
		tell_exit(g);
	}
	ssi_guest_unhash(g);
}

/* The exit tracepoint: atomic, in the task. */
void ssi_guest_exit_begins(struct ssi_guest *g, struct task_struct *task)
{
	struct signal_struct *sig = task->signal;

	g->exit_code = (sig->flags & SIGNAL_GROUP_EXIT) ? sig->group_exit_code : task->exit_code;
	init_task_work(&g->exit_work, exit_work);
	task_work_add(task, &g->exit_work, TWA_NONE);
}

void __noreturn ssi_guest_vanish(struct ssi_guest *g)
{
	g->silent = true;
	/* its addresses are those of a body that lives on */
	current->clear_child_tid = NULL;
	current->robust_list = NULL;
	current->rseq = NULL;
	do_exit(0);
}

static void signal_work(struct callback_head *work)
{
	struct ssi_guest *g = container_of(work, struct ssi_guest, signal_work);
	struct ssi_wakeup wakeup;

	if (current->flags & PF_EXITING)
		return;
	/* going home ends the task: not before the older works of this batch */
	if (work->next && READ_ONCE(g->recalled) && !task_work_add(current, work, TWA_SIGNAL))
		return;
	spin_lock_irq(&g->lock);
	g->signal_work_queued = false;
	wakeup = g->wakeup;
	spin_unlock_irq(&g->lock);
	ssi_guest_take_signals(g);
	ssi_forgive_interruption(&wakeup);
	if (READ_ONCE(g->recalled) && !fatal_signal_pending(current))
		ssi_guest_go_home_now(g);
}

void ssi_guest_init_works(struct ssi_guest *g)
{
	init_task_work(&g->signal_work, signal_work);
	init_task_work(&g->birth_work, birth_work);
}

/* Its image was not looked at. */
void ssi_guest_stillborn(struct ssi_guest *g, int error)
{
	struct ssi_cursor c;

	ssi_cursor_init(&c, g->place);
	ssi_image_discard(g->place, &c, g->home);
	placed(g, error);
	ssi_guest_change(g, SSI_GUEST_GONE);
	ssi_guest_unhash(g);
	ssi_guest_put(g);
}

static void make_guest(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_guest *g = ssi_guest_new(peer, msg->pid, msg->incarnation);
	struct ssi_cursor c;
	int ret;

	if (!g) {
		ssi_cursor_init(&c, msg);
		ssi_image_discard(msg, &c, peer);
		ssi_reply_status(peer, msg, SSI_PLACED, -ENOMEM);
		return;
	}
	ssi_message_get(msg);
	g->place = msg;
	ret = ssi_container_clone(g);
	if (ret)
		ssi_guest_stillborn(g, ret);
}

int ssi_handle_place(struct ssi_peer *peer, struct ssi_message *msg)
{
	if (msg->pid <= 0)
		return -EBADMSG;
	make_guest(peer, msg);
	return 0;
}
