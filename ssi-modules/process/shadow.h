/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_SHADOW_H
#define _SSI_SHADOW_H
/*
 * The shadow: the process's own task, at home, while its body runs on a node. It
 * is parked in a task_work that handles one event and adds itself again, so that
 * pending puts of files, stops, the freezer and ptrace keep working through the
 * kernel's ordinary code.
 *
 * It owns its state: everything that concerns it arrives in its mailbox and is
 * handled by the task itself. It never sleeps where a signal, a message or the
 * death of the node can not wake it.
 *
 * References: one of the table (from placing until it is home or dead), and
 * short ones of users.
 */
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include <uapi/dolmen.h>

#include "../migrate/pull_queue.h"
#include "../migrate/usage.h"

struct ssi_cursor;
struct ssi_image;
struct ssi_image_signals;
struct ssi_message;
struct ssi_move;
struct ssi_peer;

struct ssi_shadow {
	struct kref refs;
	struct rcu_head rcu;
	struct hlist_node node;		/* shadows_lock; RCU readers */
	s32 pid;			/* constant once hashed */
	u64 incarnation;		/* constant once hashed */
	struct task_struct *task;	/* constant once hashed, reference */
	struct ssi_peer *peer;		/* constant once hashed, reference */

	spinlock_t lock;		/* of what is marked so */
	enum dolmen_process_state state;	/* lock; one transition function */
	struct list_head mailbox;	/* lock: struct ssi_message */
	bool exited;			/* lock: EXIT has come (may be in the mailbox) */
	bool poked;			/* lock: poke is queued */

	struct ssi_pull_queue pulls;	/* of the image that is being placed */
	wait_queue_head_t wait;
	struct callback_head work;	/* the park loop */
	struct callback_head poke;	/* ends an interruptible wait in an operation */
	struct callback_head exit_work;
	wait_queue_entry_t child_event;	/* on signal->wait_chldexit */
	bool children_changed;		/* racy flag of child_event */

	/* of its own task only */
	struct ssi_move *move;		/* why it is recalled, see move.h; owned */
	struct ssi_message *waiting;	/* a WAIT that has no answer yet */
	struct ssi_shadow *forking;	/* the child its kernel_clone makes */
	bool fresh;			/* exec'ed, awaits the descriptors of its body */
	bool pinned;			/* with fresh: see ssi_policy_place() */
	bool recalled;			/* RECALL is sent: we are traced, or shall move */
	bool refused;			/* a RECALL was, and not for the moment only */
	struct ssi_message *serving, *reply;	/* in hand; freed with the shadow */
	struct list_head forwarded;	/* last signals sent, oldest first */
	u32 forwarded_count;		/* of all ever sent to this body */
	u32 kept;			/* entries in forwarded */
	struct ssi_usage charged;	/* already added to task->signal; lock */

	/* what COUNTERS told; racy reads are fine */
	u64 resident, size;		/* pages */
	u8 run_state;			/* index of the state letters in /proc */
	u64 requests;
};

struct ssi_shadow *ssi_shadow_new(struct ssi_peer *peer);
void ssi_shadow_get(struct ssi_shadow *s);
void ssi_shadow_put(struct ssi_shadow *s);
/* enter the table for @task; takes the table's reference */
void ssi_shadow_hash(struct ssi_shadow *s, struct task_struct *task);
void ssi_shadow_unhash(struct ssi_shadow *s);
struct ssi_shadow *ssi_shadow_find(s32 pid, u64 incarnation);
/* atomic; the caller is in RCU or in that task */
struct ssi_shadow *ssi_shadow_of(struct task_struct *task);
bool ssi_shadow_change(struct ssi_shadow *s, enum dolmen_process_state to);
void ssi_shadow_for_peer(struct ssi_peer *peer, void (*fn)(struct ssi_shadow *s));

struct ssi_message *ssi_shadow_message(struct ssi_shadow *s, u16 type, u32 room);
/* one-way message to the guest; a failed allocation drops the node */
void ssi_shadow_tell(struct ssi_shadow *s, u16 type);

/* the loop, shadow_loop.c */
void ssi_shadow_park(struct ssi_shadow *s);	/* current becomes the shadow */
void ssi_shadow_exit_begins(struct ssi_shadow *s, struct task_struct *task);
void ssi_shadow_init_works(struct ssi_shadow *s);
void ssi_shadow_peer_dead(struct ssi_peer *peer);
/* back to an ordinary process: leave the table, no further events */
void ssi_shadow_unpark(struct ssi_shadow *s);

/* signals, shadow_signals.c */
void ssi_shadow_take_over_signals(struct ssi_shadow *s);
void ssi_shadow_forward(struct ssi_shadow *s);
void ssi_shadow_forget_forwarded(struct ssi_shadow *s);
/*
 * The body is back: queue for current what it brings along, then what it had not
 * received, then what has come to home since it was called.
 */
void ssi_shadow_bring_signals(struct ssi_shadow *s, const struct ssi_image_signals *signals);
void ssi_shadow_set_action(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_set_mask(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_set_mirrored_mask(u64 mask);

/* requests, each consumes nothing: the loop puts the message */
void ssi_shadow_fork(struct ssi_shadow *s, struct ssi_message *msg);
void __noreturn ssi_shadow_fork_abort(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_call(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_path_call(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_open(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_wait(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_wait_again(struct ssi_shadow *s, bool last);
void ssi_shadow_cancel(struct ssi_shadow *s, struct ssi_message *msg);
/* these answer whether current is still the shadow */
bool ssi_shadow_exec(struct ssi_shadow *s, struct ssi_message *msg);
bool ssi_shadow_leave(struct ssi_shadow *s, struct ssi_message *msg);
void ssi_shadow_exit(struct ssi_shadow *s, struct ssi_message *msg);
/* forward all signals, then send @reply (consumed; NULL: no memory for it) */
void ssi_shadow_answer(struct ssi_shadow *s, struct ssi_message *reply);
/* a LEAVE that nobody takes: give its descriptors back */
void ssi_shadow_discard_leave(struct ssi_shadow *s, struct ssi_message *msg);

/* usage.c */
void ssi_shadow_charge(struct ssi_shadow *s, const struct ssi_usage *usage);

/* its guest can not come now */
void ssi_shadow_stayed(struct ssi_shadow *s, struct ssi_message *msg);
/* have the guest come home and then move on; @move is kept */
void ssi_shadow_recall(struct ssi_shadow *s, struct ssi_move *move);
int ssi_shadow_pull(struct ssi_peer *peer, struct ssi_message *msg);

/* placing, place.c */
/* why current can not have its body elsewhere; a text for the counters, or NULL */
const char *ssi_place_obstacle(void);
/**
 * ssi_place_on - move current's body to a node
 * @peer: the node
 * @flags: SSI_IMAGE_ bits; the registers are as they shall be there
 *
 * Context: task_work of a single-threaded user process, the last of its batch.
 * Return: 0: current is the shadow of a body there (or killed); else it goes on
 * here as if nothing had been tried, and the errno says what was wrong.
 */
int ssi_place_on(struct ssi_peer *peer, u32 flags);
/* of a process that has just exec'ed; atomic */
void ssi_place_begins(struct task_struct *task);
/* choose a machine for current's fresh image; the name of its program */
void ssi_place_current(u32 here, bool pinned);
void ssi_program_name(char *name, size_t size);
#endif /* _SSI_SHADOW_H */
