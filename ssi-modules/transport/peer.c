// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peers: their list, their states and their end.
 *
 * A peer is GREETING from the ioctl that made it until both connections have
 * brought a right HELLO, UP until the first thing that goes wrong, and then
 * DEAD. It dies exactly once: ssi_peer_drop() changes the state and fails what
 * waits for a reply, at once and in any context; the rest may sleep and is the
 * work item peer->death. A dead peer stays in the list until that work has ended
 * so that its node id is not given away while old state exists.
 *
 * References: the list's (given back by the death work) and one per user.
 */
#include "transport.h"
#include "trace.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/process.h>

struct workqueue_struct *ssi_transport_queue;

static DEFINE_MUTEX(peers_mutex);	/* changes of @peers */
static LIST_HEAD(peers);		/* struct ssi_peer; RCU readers */
static DECLARE_WAIT_QUEUE_HEAD(peer_gone); /* woken when one leaves @peers */

static void peer_release(struct kref *refs)
{
	struct ssi_peer *peer = container_of(refs, struct ssi_peer, refs);

	for (int i = 0; i < SSI_CHANNELS; i++)
		kfree(peer->connections[i]);
	kfree_rcu(peer, rcu);
}

void ssi_peer_get(struct ssi_peer *peer)
{
	kref_get(&peer->refs);
}

void ssi_peer_put(struct ssi_peer *peer)
{
	if (peer)
		kref_put(&peer->refs, peer_release);
}

/* with a reference */
static struct ssi_peer *peer_find(u32 node, bool is_node, bool only_up)
{
	struct ssi_peer *peer;

	guard(rcu)();
	list_for_each_entry_rcu(peer, &peers, list) {
		if (peer->is_node != is_node || (is_node && peer->node != node))
			continue;
		if (only_up && !ssi_peer_is_up(peer))
			continue;
		if (kref_get_unless_zero(&peer->refs))
			return peer;
	}
	return NULL;
}

struct ssi_peer *ssi_peer_node(u32 node)
{
	return peer_find(node, true, true);
}

bool ssi_peer_any_node(void)
{
	struct ssi_peer *peer;

	guard(rcu)();
	list_for_each_entry_rcu(peer, &peers, list)
		if (peer->is_node && ssi_peer_is_up(peer))
			return true;
	return false;
}

struct ssi_peer *ssi_peer_head(void)
{
	return peer_find(SSI_HEAD, false, true);
}

unsigned int ssi_peer_all(struct ssi_peer **all, unsigned int room)
{
	struct ssi_peer *peer;
	unsigned int count = 0;

	guard(rcu)();
	list_for_each_entry_rcu(peer, &peers, list) {
		if (count == room)
			break;
		if (kref_get_unless_zero(&peer->refs))
			all[count++] = peer;
	}
	return count;
}

int ssi_peer_for_each(int (*fn)(struct ssi_peer *peer, void *arg), void *arg)
{
	struct ssi_peer *all[SSI_PEERS_MAX];
	unsigned int count = ssi_peer_all(all, ARRAY_SIZE(all));
	int ret = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (!ret && ssi_peer_is_up(all[i]))
			ret = fn(all[i], arg);
		ssi_peer_put(all[i]);
	}
	return ret;
}

void ssi_peer_load(struct ssi_peer *peer, struct ssi_load *load)
{
	unsigned long flags;

	spin_lock_irqsave(&peer->lock, flags);
	*load = peer->load;
	spin_unlock_irqrestore(&peer->lock, flags);
}

void ssi_peer_cluster(struct ssi_peer *peer, struct ssi_load *cluster)
{
	unsigned long flags;

	spin_lock_irqsave(&peer->lock, flags);
	*cluster = peer->cluster;
	spin_unlock_irqrestore(&peer->lock, flags);
}

int ssi_send(struct ssi_peer *peer, enum ssi_channel channel,
	     struct ssi_message *msg)
{
	return ssi_connection_queue(peer->connections[channel], msg);
}

/* The only place where a state changes. False: @to is not reachable from here. */
static bool peer_change(struct ssi_peer *peer, enum ssi_peer_state to,
			const char *why)
{
	lockdep_assert_held(&peer->lock);
	if (peer->state >= to)
		return false;
	trace_ssi_peer_state(peer, to, why);
	WRITE_ONCE(peer->state, to);
	if (to == SSI_PEER_UP)
		peer->was_up = true;
	wake_up_all(&peer->changed);
	return true;
}

bool ssi_peer_greeted(struct ssi_peer *peer, enum ssi_channel channel)
{
	unsigned long flags;
	bool up;

	spin_lock_irqsave(&peer->lock, flags);
	WRITE_ONCE(peer->greeted, peer->greeted | BIT(channel));
	up = peer->greeted == GENMASK(SSI_CHANNELS - 1, 0) &&
	     peer_change(peer, SSI_PEER_UP, "greeted");
	spin_unlock_irqrestore(&peer->lock, flags);
	return up;
}

void ssi_peer_fail(struct ssi_peer *peer, int error, const char *why)
{
	unsigned long flags;
	bool died;

	spin_lock_irqsave(&peer->lock, flags);
	died = peer_change(peer, SSI_PEER_DEAD, why);
	if (died) {
		peer->error = error;
		strscpy(peer->why, why);
		ssi_request_fail_all(peer, -EHOSTDOWN);
	}
	spin_unlock_irqrestore(&peer->lock, flags);
	if (!died)
		return;
	for (int i = 0; i < SSI_CHANNELS; i++)
		ssi_connection_close(peer->connections[i]);
	queue_work(ssi_transport_queue, &peer->death);
}

void ssi_peer_drop(struct ssi_peer *peer, const char *why)
{
	ssi_peer_fail(peer, -EHOSTDOWN, why);
}

/*
 * a.	The threads end first: after that no handler runs for this peer, so what
 *	is told of its death in b. can not be brought back to life by a message.
 * b.	Files before processes: whoever waits for the end of a pipe sees it not
 *	later than the exit of its writer.
 * c.	Out of the list last: until then the node id is in use.
 */
static void peer_death(struct work_struct *work)
{
	struct ssi_peer *peer = container_of(work, struct ssi_peer, death);

	/* A bad greeting may come before the other connection's threads are made. */
	wait_for_completion(&peer->started);
	for (int i = 0; i < SSI_CHANNELS; i++)
		ssi_connection_stop(peer->connections[i]);

	if (peer->was_up) {
		ssi_files_peer_dead(peer);
		ssi_process_peer_dead(peer);
		ssi_event(peer->is_node ? DOLMEN_EVENT_NODE_DEAD :
			  DOLMEN_EVENT_HEAD_LOST, peer->node, 0, "%s: %s",
			  peer->name, peer->why);
	}

	scoped_guard(mutex, &peers_mutex)
		list_del_rcu(&peer->list);
	WRITE_ONCE(peer->gone, true);
	wake_up_all(&peer_gone);
	ssi_peer_put(peer);
	/* the exit function waits for this work item: the text stays */
	module_put(THIS_MODULE);
}

static struct ssi_peer *peer_new(const struct dolmen_link *link, bool is_node)
{
	const int fds[SSI_CHANNELS] = { link->control_fd, link->bulk_fd };
	struct ssi_peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL);

	if (!peer)
		return ERR_PTR(-ENOMEM);
	kref_init(&peer->refs);
	spin_lock_init(&peer->lock);
	init_waitqueue_head(&peer->changed);
	init_completion(&peer->started);
	INIT_WORK(&peer->death, peer_death);
	INIT_LIST_HEAD(&peer->requests);
	peer->node = link->node;
	peer->is_node = is_node;
	peer->epoch = link->epoch;
	peer->cpus = link->cpus;
	peer->memory = link->memory;
	peer->weight = SSI_WEIGHT_DEFAULT;
	peer->state = SSI_PEER_GREETING;
	peer->heard = jiffies;
	peer->leased = jiffies;
	strscpy(peer->name, link->name);

	for (int i = 0; i < SSI_CHANNELS; i++) {
		struct ssi_connection *conn = ssi_connection_new(peer, i, fds[i]);

		if (IS_ERR(conn)) {
			while (i--)
				ssi_connection_free(peer->connections[i]);
			kfree(peer);
			return ERR_CAST(conn);
		}
		peer->connections[i] = conn;
	}
	return peer;
}

/* does one in any state hold that place? */
static bool peer_listed(u32 node, bool is_node, bool only_alive)
{
	struct ssi_peer *peer = peer_find(node, is_node, false);
	bool listed = peer && !(only_alive &&
				READ_ONCE(peer->state) == SSI_PEER_DEAD);

	ssi_peer_put(peer);
	return listed;
}

/* put it into the list once a predecessor that is dying has gone */
static int peer_list(struct ssi_peer *peer)
{
	for (;;) {
		scoped_guard(mutex, &peers_mutex) {
			if (peer_listed(peer->node, peer->is_node, true))
				return peer->is_node ? -EEXIST : -EBUSY;
			if (!peer_listed(peer->node, peer->is_node, false)) {
				list_add_tail_rcu(&peer->list, &peers);
				return 0;
			}
		}
		if (wait_event_killable(peer_gone,
					!peer_listed(peer->node, peer->is_node,
						     false)))
			return -EINTR;
	}
}

static int peer_greet(struct ssi_peer *peer)
{
	long left;
	int err = 0;

	for (int i = 0; !err && i < SSI_CHANNELS; i++)
		err = ssi_connection_start(peer->connections[i]);
	complete_all(&peer->started);
	if (!err)
		err = ssi_membership_greet(peer);
	if (err)
		return err;
	left = wait_event_killable_timeout(peer->changed,
					   READ_ONCE(peer->state) != SSI_PEER_GREETING,
					   ssi_time(SSI_T_GREETING));
	if (left < 0)
		return -EINTR;
	if (!left)
		return -ETIMEDOUT;
	if (ssi_peer_is_up(peer))
		return 0;
	/* written before the state in the same locked section */
	spin_lock_irq(&peer->lock);
	err = peer->error;
	spin_unlock_irq(&peer->lock);
	return err;
}

int ssi_peer_link(const struct dolmen_link *link, bool is_node)
{
	struct ssi_peer *peer = peer_new(link, is_node);
	int err;

	if (IS_ERR(peer))
		return PTR_ERR(peer);
	/* the list's reference keeps the module; ours ends with this function */
	__module_get(THIS_MODULE);
	ssi_peer_get(peer);
	err = peer_list(peer);
	if (err) {
		for (int i = 0; i < SSI_CHANNELS; i++)
			ssi_connection_stop(peer->connections[i]);
		ssi_peer_put(peer);
		ssi_peer_put(peer);
		module_put(THIS_MODULE);
		return err;
	}
	err = peer_greet(peer);
	if (err) {
		ssi_peer_fail(peer, err, "no greeting");
		/* not killable: nothing may be left behind, and it is short */
		wait_event_idle(peer_gone, READ_ONCE(peer->gone));
	}
	ssi_peer_put(peer);
	return err;
}

int ssi_peer_unlink(u32 node, bool is_node)
{
	struct ssi_peer *peer = peer_find(node, is_node, false);
	int err;

	if (!peer)
		return -ENODEV;
	ssi_peer_drop(peer, "told to drop it");
	err = wait_event_killable(peer_gone, READ_ONCE(peer->gone));
	ssi_peer_put(peer);
	return err ? -EINTR : 0;
}

int ssi_transport_init(void)
{
	ssi_transport_queue = alloc_workqueue("dolmen", WQ_UNBOUND |
					      WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	if (!ssi_transport_queue)
		return -ENOMEM;
	ssi_membership_init();
	return 0;
}

/* Each peer holds the module: there is none left here. */
void ssi_transport_exit(void)
{
	ssi_membership_exit();
	destroy_workqueue(ssi_transport_queue);
	ssi_message_flush();
	rcu_barrier();
}
