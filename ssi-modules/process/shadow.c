// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadows: the objects, their table, their states, their mailbox.
 */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/cred.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "move.h"
#include "shadow.h"
#include "process_trace.h"

static DEFINE_HASHTABLE(shadows, 10);
static DEFINE_SPINLOCK(shadows_lock);
static atomic_t shadow_objects;
static atomic64_t last_incarnation;

u64 ssi_process_shadows(void)
{
	return atomic_read(&shadow_objects);
}

struct ssi_shadow *ssi_shadow_new(struct ssi_peer *peer)
{
	struct ssi_shadow *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	__module_get(THIS_MODULE);	/* its works are our code */
	kref_init(&s->refs);
	s->incarnation = atomic64_inc_return(&last_incarnation);
	ssi_peer_get(peer);
	s->peer = peer;
	s->state = DOLMEN_PROCESS_PLACING;
	spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->mailbox);
	INIT_LIST_HEAD(&s->forwarded);
	init_waitqueue_head(&s->wait);
	ssi_pull_queue_init(&s->pulls, &s->wait);
	ssi_shadow_init_works(s);
	atomic_inc(&shadow_objects);
	return s;
}

void ssi_shadow_get(struct ssi_shadow *s)
{
	kref_get(&s->refs);
}

static void free_shadow(struct kref *refs)
{
	struct ssi_shadow *s = container_of(refs, struct ssi_shadow, refs);
	struct ssi_message *msg, *next;

	list_for_each_entry_safe(msg, next, &s->mailbox, list) {
		list_del_init(&msg->list);
		ssi_message_put(msg);
	}
	ssi_move_end(s->move, -ESRCH, "it has ended");
	ssi_message_put(s->waiting);
	ssi_message_put(s->serving);
	ssi_message_put(s->reply);
	ssi_shadow_forget_forwarded(s);
	if (s->task)
		put_task_struct(s->task);
	ssi_peer_put(s->peer);
	atomic_dec(&shadow_objects);
	kfree_rcu(s, rcu);
	module_put(THIS_MODULE);
}

void ssi_shadow_put(struct ssi_shadow *s)
{
	if (s)
		kref_put(&s->refs, free_shadow);
}

/* Atomic: called from the fork tracepoint too. */
void ssi_shadow_hash(struct ssi_shadow *s, struct task_struct *task)
{
	unsigned long flags;

	get_task_struct(task);
	s->task = task;
	s->pid = task->pid;
	kref_get(&s->refs);
	spin_lock_irqsave(&shadows_lock, flags);
	hash_add_rcu(shadows, &s->node, s->pid);
	spin_unlock_irqrestore(&shadows_lock, flags);
	atomic_inc(&s->peer->guests);
}

void ssi_shadow_unhash(struct ssi_shadow *s)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(&shadows_lock, flags);
	was = hash_hashed(&s->node);
	hash_del_rcu(&s->node);
	spin_unlock_irqrestore(&shadows_lock, flags);
	if (!was)
		return;
	atomic_dec(&s->peer->guests);
	ssi_shadow_put(s);
}

struct ssi_shadow *ssi_shadow_find(s32 pid, u64 incarnation)
{
	struct ssi_shadow *s, *found = NULL;

	rcu_read_lock();
	hash_for_each_possible_rcu(shadows, s, node, pid) {
		if (s->pid == pid && s->incarnation == incarnation &&
		    kref_get_unless_zero(&s->refs)) {
			found = s;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

struct ssi_shadow *ssi_shadow_of(struct task_struct *task)
{
	struct ssi_shadow *s;

	hash_for_each_possible_rcu(shadows, s, node, task->pid, true)
		if (s->task == task)
			return s;
	return NULL;
}

void ssi_shadow_for_peer(struct ssi_peer *peer, void (*fn)(struct ssi_shadow *s))
{
	struct ssi_shadow *s;
	int bucket;

	rcu_read_lock();
	hash_for_each_rcu(shadows, bucket, s, node)
		if (s->peer == peer)
			fn(s);
	rcu_read_unlock();
}

bool ssi_shadow_change(struct ssi_shadow *s, enum dolmen_process_state to)
{
	/* bit n: may follow state n */
	static const u8 from[] = {
		[DOLMEN_PROCESS_HOME] = BIT(DOLMEN_PROCESS_PLACING) |
					BIT(DOLMEN_PROCESS_RETURNING),
		[DOLMEN_PROCESS_PLACING] = 0,
		[DOLMEN_PROCESS_AWAY] = BIT(DOLMEN_PROCESS_PLACING),
		[DOLMEN_PROCESS_RETURNING] = BIT(DOLMEN_PROCESS_AWAY),
		[DOLMEN_PROCESS_EXITING] = BIT(DOLMEN_PROCESS_AWAY) |
					   BIT(DOLMEN_PROCESS_PLACING) |
					   BIT(DOLMEN_PROCESS_RETURNING),
		[DOLMEN_PROCESS_DEAD] = BIT(DOLMEN_PROCESS_PLACING) | BIT(DOLMEN_PROCESS_AWAY) |
					BIT(DOLMEN_PROCESS_RETURNING) |
					BIT(DOLMEN_PROCESS_EXITING),
	};
	unsigned long flags;
	bool allowed;

	spin_lock_irqsave(&s->lock, flags);
	allowed = from[to] & BIT(s->state);
	if (allowed) {
		trace_ssi_shadow_state(s->pid, s->incarnation, s->state, to);
		WRITE_ONCE(s->state, to);
	}
	spin_unlock_irqrestore(&s->lock, flags);
	return allowed;
}

struct ssi_message *ssi_shadow_message(struct ssi_shadow *s, u16 type, u32 room)
{
	struct ssi_message *msg = ssi_message_new(type, room, GFP_KERNEL);

	if (msg) {
		msg->home = SSI_HEAD;
		msg->pid = s->pid;
		msg->incarnation = s->incarnation;
	}
	return msg;
}

void ssi_shadow_tell(struct ssi_shadow *s, u16 type)
{
	struct ssi_message *msg = ssi_shadow_message(s, type, 0);

	if (msg)
		ssi_send(s->peer, SSI_CONTROL, msg);
	else
		ssi_peer_drop(s->peer, "no memory for a message to a guest");
}

/* Wake it from its loop, or out of an operation that it does for its guest. */
static void post(struct ssi_shadow *s, struct ssi_message *msg)
{
	unsigned long flags;

	ssi_message_get(msg);
	spin_lock_irqsave(&s->lock, flags);
	list_add_tail(&msg->list, &s->mailbox);
	if (msg->type == SSI_EXIT)
		s->exited = true;
	if (!s->poked && !task_work_add(s->task, &s->poke, TWA_SIGNAL)) {
		s->poked = true;
		kref_get(&s->refs);	/* the poke's */
	}
	wake_up(&s->wait);
	spin_unlock_irqrestore(&s->lock, flags);
}

int ssi_shadow_post(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_shadow *s = ssi_shadow_find(msg->pid, msg->incarnation);
	int ret = -ESRCH;

	if (!s)
		return ret;
	if (s->peer == peer) {
		s->requests++;
		post(s, msg);
		ret = 0;
	}
	ssi_shadow_put(s);
	return ret;
}

int ssi_handle_home(struct ssi_peer *peer, struct ssi_message *msg)
{
	int ret;

	/* the child it is about has its own shadow */
	ret = ssi_shadow_post(peer, msg);
	return ret;
}

int ssi_shadow_pull(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_shadow *s = ssi_shadow_find(msg->pid, msg->incarnation);
	int ret = -ESRCH;

	if (s && s->peer == peer)
		ret = ssi_pull_queue_add(&s->pulls, msg);
	ssi_shadow_put(s);
	return ret;
}

unsigned int ssi_shadow_task_state(struct task_struct *p, unsigned int index)
{
	struct ssi_shadow *s;

	rcu_read_lock();
	s = ssi_shadow_of(p);
	/* stopped, traced, dead: the shadow is that itself */
	if (s && READ_ONCE(s->state) == DOLMEN_PROCESS_AWAY && index <= 1)
		index = READ_ONCE(s->run_state);
	rcu_read_unlock();
	return index;
}

void ssi_shadow_task_memory(struct task_struct *p, unsigned long *size, unsigned long *resident)
{
	struct ssi_shadow *s;

	rcu_read_lock();
	s = ssi_shadow_of(p);
	if (s && s->size) {
		*size = s->size;
		*resident = s->resident;
	}
	rcu_read_unlock();
}

bool ssi_process_info(u32 index, struct dolmen_process_info *info)
{
	struct ssi_shadow *s;
	bool found = false;
	int bucket;
	u32 at = 0;

	rcu_read_lock();
	hash_for_each_rcu(shadows, bucket, s, node) {
		if (at++ != index)
			continue;
		memset(info, 0, sizeof(*info));
		info->pid = s->pid;
		info->node = s->peer->node;
		info->state = READ_ONCE(s->state);
		info->uid = from_kuid_munged(&init_user_ns, task_uid(s->task));
		info->incarnation = s->incarnation;
		info->utime_ns = s->charged.utime_ns;
		info->stime_ns = s->charged.stime_ns;
		info->resident = s->resident << PAGE_SHIFT;
		info->requests = s->requests;
		get_task_comm(info->comm, s->task);
		found = true;
		break;
	}
	rcu_read_unlock();
	return found;
}
