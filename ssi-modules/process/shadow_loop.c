// SPDX-License-Identifier: GPL-2.0-only
/*
 * The park loop of a shadow, and its end.
 *
 * shadow_work() handles one event and adds itself again. task_work_run() takes
 * works as a batch, newest first; one that sleeps holds back the older ones (the
 * last puts of files are among them), and one that ends the process loses them.
 * So it acts only as the last of its batch: work->next is the rest of it.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "move.h"
#include "shadow.h"

static void poke_work(struct callback_head *work)
{
	struct ssi_shadow *s = container_of(work, struct ssi_shadow, poke);

	/* it has done its work by being queued */
	spin_lock_irq(&s->lock);
	s->poked = false;
	spin_unlock_irq(&s->lock);
	ssi_shadow_put(s);
}

static int child_event(wait_queue_entry_t *entry, unsigned int mode, int flags, void *key)
{
	struct ssi_shadow *s = container_of(entry, struct ssi_shadow, child_event);

	WRITE_ONCE(s->children_changed, true);
	wake_up(&s->wait);
	return 0;
}

static struct ssi_message *take(struct ssi_shadow *s)
{
	struct ssi_message *msg;

	spin_lock_irq(&s->lock);
	msg = list_first_entry_or_null(&s->mailbox, struct ssi_message, list);
	if (msg)
		list_del_init(&msg->list);
	spin_unlock_irq(&s->lock);
	return msg;
}

/* True if current is still the shadow afterwards. */
static bool serve(struct ssi_shadow *s, struct ssi_message *msg)
{
	bool stays = true;

	/* freed with s if the process ends in there */
	s->serving = msg;
	switch (msg->type) {
	case SSI_FORK:
		ssi_shadow_fork(s, msg);
		break;
	case SSI_FORK_ABORT:
		ssi_shadow_fork_abort(s, msg);
		break;
	case SSI_CALL:
		ssi_shadow_call(s, msg);
		break;
	case SSI_PATH_CALL:
		ssi_shadow_path_call(s, msg);
		break;
	case SSI_OPEN:
		ssi_shadow_open(s, msg);
		break;
	case SSI_WAIT:
		ssi_shadow_wait(s, msg);
		break;
	case SSI_CANCEL:
		ssi_shadow_cancel(s, msg);
		break;
	case SSI_SIGACTION:
		ssi_shadow_set_action(s, msg);
		break;
	case SSI_SIGMASK:
		ssi_shadow_set_mask(s, msg);
		break;
	case SSI_EXEC:
		stays = ssi_shadow_exec(s, msg);
		break;
	case SSI_LEAVE:
		stays = ssi_shadow_leave(s, msg);
		break;
	case SSI_STAYED:
		ssi_shadow_stayed(s, msg);
		break;
	case SSI_EXIT:
		ssi_shadow_exit(s, msg);
		break;
	default:
		/* of a file: its owner's side answers it in our context */
		s->serving = NULL;
		ssi_file_serve(s->peer, msg);
		return true;
	}
	/* else s may be gone already: whoever unparked it has cleared it */
	if (stays)
		s->serving = NULL;
	ssi_message_put(msg);
	return stays;
}

static bool has_event(struct ssi_shadow *s)
{
	/* a work that has come again behind ours wants to be the last of its batch */
	return !list_empty_careful(&s->mailbox) || READ_ONCE(s->children_changed) ||
	       task_work_pending(current);
}

void ssi_shadow_recall(struct ssi_shadow *s, struct ssi_move *move)
{
	s->move = move;
	s->recalled = true;
	ssi_shadow_tell(s, SSI_RECALL);
}

/* A body that can not come now is asked again by the loop if it is traced. */
void ssi_shadow_stayed(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_cursor c;
	u32 error;

	ssi_cursor_init(&c, msg);
	error = ssi_get_count(&c, MAX_ERRNO);
	if (ssi_cursor_end(&c) || !error) {
		ssi_peer_drop(s->peer, "malformed STAYED");
		return;
	}
	s->recalled = false;
	s->refused = error != EAGAIN;
	ssi_move_end(s->move, -error, "its body can not leave the node now");
	s->move = NULL;
}

static void shadow_work(struct callback_head *work)
{
	struct ssi_shadow *s = container_of(work, struct ssi_shadow, work);
	struct ssi_message *msg;

	/* the exit work cleans up */
	if (current->flags & PF_EXITING || fatal_signal_pending(current))
		return;
	if (work->next) {
		task_work_add(current, &s->work, TWA_RESUME);
		return;
	}
	clear_notify_signal();
	if (!current->ptrace)
		s->refused = false;
	else if (!s->recalled && !s->refused)
		ssi_shadow_recall(s, NULL);
	if (s->recalled)
		/* signals wait until it is here; a tracer shall see the process itself */
		wait_event_killable(s->wait, has_event(s));
	else if (wait_event_interruptible(s->wait, has_event(s)) || task_sigpending(current))
		ssi_shadow_forward(s);
	if (fatal_signal_pending(current))
		return;
	if (READ_ONCE(s->children_changed)) {
		WRITE_ONCE(s->children_changed, false);
		ssi_shadow_wait_again(s, false);
	}
	msg = take(s);
	if (msg && !serve(s, msg))
		return;
	task_work_add(current, &s->work, TWA_RESUME);
}

void ssi_shadow_park(struct ssi_shadow *s)
{
	add_wait_queue(&current->signal->wait_chldexit, &s->child_event);
	WRITE_ONCE(s->children_changed, true);
	task_work_add(current, &s->work, TWA_RESUME);
	/* its death was told before we were one of those who are told */
	if (!ssi_peer_is_up(s->peer))
		send_sig(SIGKILL, current, 1);
}

void ssi_shadow_unpark(struct ssi_shadow *s)
{
	if (!list_empty(&s->child_event.entry))
		remove_wait_queue(&current->signal->wait_chldexit, &s->child_event);
	ssi_shadow_unhash(s);
}

static bool is_over(struct ssi_shadow *s)
{
	return READ_ONCE(s->exited) || !ssi_peer_is_up(s->peer);
}

/*
 * A guest that is there answers by its EXIT, after its last data is written: as
 * long as that takes. If there is none the node answers -ESRCH. Either comes, or
 * the heartbeat declares the node dead.
 */
static void kill_guest(struct ssi_shadow *s)
{
	struct ssi_message *msg = ssi_shadow_message(s, SSI_KILL, 0);
	struct ssi_request rq;

	if (!msg)
		ssi_peer_drop(s->peer, "no memory for a message to a guest");
	ssi_request_send(&rq, s->peer, SSI_CONTROL, msg, &s->wait);
	/* nothing interrupts it, and it is not counted as load */
	wait_event_idle(s->wait, is_over(s) || ssi_request_is_done(&rq));
	ssi_request_end(&rq);
}

/*
 * The process ends. If its body does not know yet it is killed, and its end (its
 * files closed, its pipe ends released) or its node's death is awaited before
 * the parent learns. SIGKILL is pending here: a killable wait would not wait.
 */
static void exit_work(struct callback_head *work)
{
	struct ssi_shadow *s = container_of(work, struct ssi_shadow, exit_work);
	struct ssi_message *msg;
	struct ssi_usage usage;
	struct ssi_cursor c;

	if (READ_ONCE(s->state) != DOLMEN_PROCESS_EXITING) {
		kill_guest(s);
		while ((msg = take(s))) {
			if (msg->type == SSI_EXIT) {
				ssi_cursor_init(&c, msg);
				ssi_get_u32(&c);
				ssi_get_usage(&c, &usage);
				if (!ssi_cursor_end(&c))
					ssi_shadow_charge(s, &usage);
			} else if (msg->type == SSI_LEAVE) {
				ssi_shadow_discard_leave(s, msg);
			}
			ssi_message_put(msg);
		}
		ssi_shadow_change(s, DOLMEN_PROCESS_DEAD);
	}
	ssi_shadow_unpark(s);
}

/* The exit tracepoint: atomic, in the task. */
void ssi_shadow_exit_begins(struct ssi_shadow *s, struct task_struct *task)
{
	task_work_add(task, &s->exit_work, TWA_NONE);
}

void ssi_shadow_init_works(struct ssi_shadow *s)
{
	init_task_work(&s->work, shadow_work);
	init_task_work(&s->poke, poke_work);
	init_task_work(&s->exit_work, exit_work);
	init_waitqueue_func_entry(&s->child_event, child_event);
	INIT_LIST_HEAD(&s->child_event.entry);
}

/* The guest is gone: end as it did. */
void ssi_shadow_exit(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_usage usage;
	struct ssi_cursor c;
	u32 code;

	ssi_cursor_init(&c, msg);
	code = ssi_get_u32(&c);
	ssi_get_usage(&c, &usage);
	if (ssi_cursor_end(&c) || code > 0xffff) {
		ssi_peer_drop(s->peer, "malformed EXIT");
		return;
	}
	ssi_shadow_charge(s, &usage);
	/* pipe ends that it has closed are closed before its parent learns */
	ssi_files_settle();
	ssi_shadow_change(s, DOLMEN_PROCESS_EXITING);
	do_group_exit(code);
}

static void node_died(struct ssi_shadow *s)
{
	if (READ_ONCE(s->state) == DOLMEN_PROCESS_AWAY) {
		ssi_event(DOLMEN_EVENT_PROCESS_LOST, s->peer->node, s->pid, "%s",
			  s->task->comm);
		send_sig(SIGKILL, s->task, 1);
	}
	wake_up(&s->wait);
}

void ssi_shadow_peer_dead(struct ssi_peer *peer)
{
	ssi_shadow_for_peer(peer, node_died);
}
