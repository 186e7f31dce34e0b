// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests: the objects, their table, their states.
 */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/ssi.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"
#include "process_trace.h"

static DEFINE_HASHTABLE(guests, 10);
static DEFINE_SPINLOCK(guests_lock);
static atomic_t guest_objects;

u64 ssi_process_guests(void)
{
	return atomic_read(&guest_objects);
}

struct ssi_guest *ssi_guest_new(struct ssi_peer *home, s32 pid, u64 incarnation)
{
	struct ssi_guest *g = kzalloc(sizeof(*g), GFP_NOIO);
	unsigned long flags;

	if (!g)
		return NULL;
	__module_get(THIS_MODULE);	/* its works are our code */
	kref_init(&g->refs);
	kref_get(&g->refs);	/* one for the table, one for the caller */
	g->pid = pid;
	g->incarnation = incarnation;
	ssi_peer_get(home);
	g->home = home;
	spin_lock_init(&g->lock);
	INIT_LIST_HEAD(&g->signals);
	g->learns = true;	/* its birth */
	init_waitqueue_head(&g->wait);
	ssi_pull_queue_init(&g->pulls, &g->wait);
	ssi_guest_init_works(g);
	atomic_inc(&guest_objects);

	spin_lock_irqsave(&guests_lock, flags);
	hash_add_rcu(guests, &g->node, pid);
	spin_unlock_irqrestore(&guests_lock, flags);
	return g;
}

void ssi_guest_get(struct ssi_guest *g)
{
	kref_get(&g->refs);
}

static void free_guest(struct kref *refs)
{
	struct ssi_guest *g = container_of(refs, struct ssi_guest, refs);

	ssi_guest_drop_signals(g);
	if (g->task)
		put_task_struct(g->task);
	ssi_message_put(g->place);
	ssi_peer_put(g->home);
	atomic_dec(&guest_objects);
	kfree_rcu(g, rcu);
	module_put(THIS_MODULE);
}

bool ssi_guest_tryget(struct ssi_guest *g)
{
	return kref_get_unless_zero(&g->refs);
}

void ssi_guest_put(struct ssi_guest *g)
{
	if (g)
		kref_put(&g->refs, free_guest);
}

void ssi_guest_unhash(struct ssi_guest *g)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(&guests_lock, flags);
	was = hash_hashed(&g->node);
	ssi_guest_note_end(g->incarnation);
	hash_del_rcu(&g->node);
	spin_unlock_irqrestore(&guests_lock, flags);
	if (was)
		ssi_guest_put(g);
}

struct ssi_guest *ssi_guest_find(s32 pid, u64 incarnation)
{
	struct ssi_guest *g, *found = NULL;

	rcu_read_lock();
	hash_for_each_possible_rcu(guests, g, node, pid) {
		if (g->pid == pid && g->incarnation == incarnation &&
		    kref_get_unless_zero(&g->refs)) {
			found = g;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

struct ssi_guest *ssi_guest_of(struct task_struct *task)
{
	pid_t pid = task_tgid_nr_ns(task, task_active_pid_ns(task));
	struct ssi_guest *g;

	hash_for_each_possible_rcu(guests, g, node, pid, true)
		if (READ_ONCE(g->task) == task)
			return g;
	return NULL;
}

struct ssi_guest *ssi_guest_current(void)
{
	struct ssi_guest *g;

	rcu_read_lock();
	g = ssi_guest_of(current);
	rcu_read_unlock();
	return g;
}

bool ssi_guest_identity(s32 *pid, u64 *incarnation)
{
	struct ssi_guest *g = ssi_is_guest() ? ssi_guest_current() : NULL;

	*pid = g ? g->pid : 0;
	*incarnation = g ? g->incarnation : 0;
	return g;
}

void ssi_guest_for_each(void (*fn)(struct ssi_guest *g, void *arg), void *arg)
{
	struct ssi_guest *g;
	int bucket;

	rcu_read_lock();
	hash_for_each_rcu(guests, bucket, g, node)
		fn(g, arg);
	rcu_read_unlock();
}

bool ssi_guest_change(struct ssi_guest *g, enum ssi_guest_state to)
{
	/* bit n: may follow state n */
	static const u8 from[] = {
		[SSI_GUEST_ARRIVING] = 0,
		[SSI_GUEST_RUNNING] = BIT(SSI_GUEST_ARRIVING) | BIT(SSI_GUEST_LEAVING),
		[SSI_GUEST_LEAVING] = BIT(SSI_GUEST_RUNNING),
		[SSI_GUEST_GONE] = BIT(SSI_GUEST_ARRIVING) | BIT(SSI_GUEST_RUNNING) |
				   BIT(SSI_GUEST_LEAVING),
	};
	unsigned long flags;
	bool allowed;

	spin_lock_irqsave(&g->lock, flags);
	allowed = from[to] & BIT(g->state);
	if (allowed) {
		trace_ssi_guest_state(g->pid, g->incarnation, g->state, to);
		WRITE_ONCE(g->state, to);
	}
	spin_unlock_irqrestore(&g->lock, flags);
	return allowed;
}

void ssi_guest_attach(struct ssi_guest *g, struct task_struct *task)
{
	unsigned long flags;
	bool killed, stopped;

	/*
	 * The NFS client asks anew what the permissions are for each login, and
	 * takes for one what has no parent of the same user. Our guests have the
	 * reaper as their parent. What /proc shows is start_boottime.
	 */
	task->start_time = 0;
	get_task_struct(task);
	spin_lock_irqsave(&g->lock, flags);
	WRITE_ONCE(g->task, task);
	killed = g->killed;
	stopped = g->stopped;
	if (!list_empty(&g->signals) && !g->signal_work_queued)
		g->signal_work_queued = !task_work_add(task, &g->signal_work, TWA_SIGNAL);
	spin_unlock_irqrestore(&g->lock, flags);
	if (stopped)
		send_sig(SIGSTOP, task, 1);
	if (killed)
		send_sig(SIGKILL, task, 1);
}

static void kill_one(struct ssi_guest *g, void *unused)
{
	unsigned long flags;
	struct task_struct *task;

	spin_lock_irqsave(&g->lock, flags);
	g->killed = true;
	task = g->task;
	spin_unlock_irqrestore(&g->lock, flags);
	if (task)
		send_sig(SIGKILL, task, 1);
	wake_up(&g->wait);
}

void ssi_guest_kill_all(void)
{
	ssi_guest_for_each(kill_one, NULL);
}

struct ssi_message *ssi_guest_message(struct ssi_guest *g, u16 type, u32 room)
{
	struct ssi_message *msg = ssi_message_new(type, room, GFP_KERNEL);

	if (msg) {
		msg->home = SSI_HEAD;
		msg->pid = g->pid;
		msg->incarnation = g->incarnation;
	}
	return msg;
}
