/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_GUEST_H
#define _SSI_GUEST_H
/*
 * The guest: the running body of a process on a node. An ordinary task with the
 * process's own pid number in the guests' pid namespace; what concerns its
 * identity it asks of its home.
 *
 * References: one of the hash (until its exit work), one of the task that is
 * making it (PLACE or a fork) until it runs, and short ones of users.
 */
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "../migrate/image.h"
#include "../migrate/pull_queue.h"
#include "../migrate/wakeup.h"

struct kernel_clone_args;
struct ssi_message;
struct ssi_peer;
struct ssi_request;

enum ssi_guest_state {
	SSI_GUEST_ARRIVING,	/* no user instruction yet */
	SSI_GUEST_RUNNING,
	SSI_GUEST_LEAVING,	/* captured, waits for LEFT */
	SSI_GUEST_GONE,		/* exiting; home knows or was told */
};

struct ssi_guest {
	struct kref refs;
	struct rcu_head rcu;
	struct hlist_node node;		/* guests_lock; RCU readers */
	s32 pid;			/* constant */
	u64 incarnation;		/* constant */
	struct ssi_peer *home;		/* constant, reference */

	spinlock_t lock;		/* of what is marked so */
	struct task_struct *task;	/* lock; reference; NULL before it exists */
	enum ssi_guest_state state;	/* lock; one transition function */
	struct list_head signals;	/* lock: struct queued_signal */
	bool signal_work_queued;	/* lock */
	bool asking;			/* lock: in ssi_guest_ask(), takes signals itself */
	bool killed;			/* lock: KILL has come, perhaps before the task */
	bool stopped;			/* lock: STOP has come and no CONT since */
	bool silent;			/* lock: exits without an EXIT message */
	bool recalled;			/* lock: RECALL; home at the next call */
	struct ssi_wakeup wakeup;	/* lock: the sleep that we last interrupted */
	u32 received;			/* lock: SIGNAL messages that are its own */
	u32 late;			/* lock: those since it is LEAVING: home's */
	struct ssi_pull_queue pulls;	/* of the image it leaves with */

	wait_queue_head_t wait;		/* replies, signals and pulls for its task */
	struct callback_head signal_work;
	struct callback_head exit_work;
	struct callback_head birth_work;
	struct ssi_message *place;	/* the PLACE it is born from; own task */

	/* of its own task only */
	u64 first_ax;			/* register that its birth work writes */
	struct ssi_guest *forking;	/* the child its clone is making */
	sigset_t fork_blocked;		/* mask the child gets */
	u64 mirrored_mask;		/* what home knows, see guest_mirror.c */
	bool learns;			/* see guest_learns.c */
	unsigned long learnt;		/* jiffies */
	int exit_code;			/* set in the exit tracepoint */
};

struct ssi_guest *ssi_guest_new(struct ssi_peer *home, s32 pid, u64 incarnation);
void ssi_guest_get(struct ssi_guest *g);
bool ssi_guest_tryget(struct ssi_guest *g);	/* under RCU */
void ssi_guest_put(struct ssi_guest *g);
/* by number; with a reference */
struct ssi_guest *ssi_guest_find(s32 pid, u64 incarnation);
/* current's, without a reference: it lives as long as current does */
struct ssi_guest *ssi_guest_current(void);
/* as above for any task, atomic; the caller is in RCU or in that task */
struct ssi_guest *ssi_guest_of(struct task_struct *task);
/* true if the change is allowed; says so in the trace */
bool ssi_guest_change(struct ssi_guest *g, enum ssi_guest_state to);
/* the task is there (fork tracepoint, atomic): takes a reference to it */
void ssi_guest_attach(struct ssi_guest *g, struct task_struct *task);
void ssi_guest_unhash(struct ssi_guest *g);
/* calls @fn for each under RCU */
void ssi_guest_for_each(void (*fn)(struct ssi_guest *g, void *arg), void *arg);
void ssi_guest_kill_all(void);

/* A message about this process; NULL without memory. */
struct ssi_message *ssi_guest_message(struct ssi_guest *g, u16 type, u32 room);

/**
 * ssi_guest_ask - ask home and wait
 * @g: current's
 * @rq: the request; the caller ends it with ssi_request_end() in every case
 * @msg: consumed
 * @cancel: a signal or a RECALL ends the wait early by a CANCEL (which is still
 *	answered)
 *
 * Signals from home are taken while it waits. Killable.
 * Return: 0 with @rq->reply, -EINTR (killed), -EHOSTDOWN, -ENOMEM.
 */
int ssi_guest_ask(struct ssi_guest *g, struct ssi_request *rq,
		  struct ssi_message *msg, bool cancel);
/* the same, answers @rq->reply->status and ends it */
int ssi_guest_ask_status(struct ssi_guest *g, struct ssi_message *msg);
/* sleep until a signal has come, from home or not, or a RECALL, or the time is over */
void ssi_guest_await_signal(struct ssi_guest *g, ktime_t timeout);

/* what it knows of others, guest_learns.c: at the entry of each call */
void ssi_guest_enters(struct ssi_guest *g, const struct pt_regs *regs);
/* a guest's end is no news from elsewhere if it has ended here */
void ssi_exits_here(s32 pid);
bool ssi_exited_here(s32 pid);

/* SIGNAL, CONT, STOP, KILL or RECALL; -EBADMSG */
int ssi_guest_handle(struct ssi_guest *g, struct ssi_message *msg);

/* signals, guest_signals.c */
void ssi_guest_signal(struct ssi_guest *g, const kernel_siginfo_t *info);
void ssi_guest_take_signals(struct ssi_guest *g);
void ssi_guest_stays(struct ssi_guest *g);
void ssi_guest_drop_signals(struct ssi_guest *g);
u32 ssi_guest_signals_received(void);
/* FORKED for a guest that has died meanwhile: its child gets no body */
void ssi_guest_fork_late(struct ssi_peer *peer, struct ssi_message *forked);

/* messages for a child whose fork is under way, guest_early.c */
void ssi_guest_fork_begins(void);
void ssi_guest_fork_ends(struct ssi_peer *peer);
/* 0: kept for later; -ESRCH: nobody that it could be for will come */
int ssi_guest_keep_early(struct ssi_message *msg);
void ssi_guest_note_end(u64 incarnation);
void ssi_guest_forget_ends(void);	/* a new head counts anew */

/* calls, guest_fork.c and so on: true if done (regs->ax is the result) */
long ssi_guest_clone(struct ssi_guest *g, struct kernel_clone_args *args);
long ssi_guest_execve(struct ssi_guest *g, struct pt_regs *regs);
long ssi_guest_wait4(struct ssi_guest *g, struct pt_regs *regs);
long ssi_guest_waitid(struct ssi_guest *g, struct pt_regs *regs);
void ssi_guest_reap(struct ssi_guest *g, s32 pid);	/* a child that is aborted */
long ssi_guest_call_home(struct ssi_guest *g, struct pt_regs *regs);
/**
 * ssi_guest_ask_path - have home answer a call about a path that only it has
 * @g: current's
 * @regs: of the call, which has had no effect
 * @nr: its number
 *
 * Return: its result, or -ESSIHOME: it has to be made at home.
 */
long ssi_guest_ask_path(struct ssi_guest *g, struct pt_regs *regs, int nr);
/* OPENED for a guest that has died meanwhile: the file is given back */
void ssi_guest_open_late(struct ssi_peer *peer, struct ssi_message *opened);
long ssi_guest_sigaction(struct ssi_guest *g, struct pt_regs *regs);
long ssi_guest_sigtimedwait(struct ssi_guest *g, const struct pt_regs *regs);
long ssi_guest_times(struct ssi_guest *g, const struct pt_regs *regs);
long ssi_guest_sigprocmask(struct ssi_guest *g, struct pt_regs *regs);

/**
 * ssi_guest_go_home - continue at home, at the system call current is entering
 * @g: current's
 * @regs: of that call: it is repeated at home
 * @call: its number, for the counters
 *
 * Does not return when it went well. Return: what the call shall fail with.
 */
long ssi_guest_go_home(struct ssi_guest *g, struct pt_regs *regs, int call);
void ssi_guest_go_home_now(struct ssi_guest *g);
int ssi_guest_pull(struct ssi_peer *peer, struct ssi_message *msg);
/* exit without a word: another body of the process lives on */
void __noreturn ssi_guest_vanish(struct ssi_guest *g);

/* births and deaths, guest_life.c */
int ssi_guest_main(void *guest);	/* kernel_clone()'s fn */
void ssi_guest_stillborn(struct ssi_guest *g, int error);
void ssi_guest_init_works(struct ssi_guest *g);
void ssi_guest_exit_begins(struct ssi_guest *g, struct task_struct *task);

/* the container, container.c */
int ssi_container_clone(struct ssi_guest *g);
struct ssi_guest *ssi_container_newborn(struct task_struct *parent);
void ssi_container_enter(void);
void ssi_container_exit_of(struct task_struct *task);
void ssi_container_kill(void);
void ssi_container_flush(void);
#endif /* _SSI_GUEST_H */
