// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who belongs to the cluster: greeting, heartbeat, lease.
 *
 * HELLO is the first message in both directions of both connections. Both ends
 * must have been built from the same source, and agree on node id, roles, epoch
 * (in every header) and on which connection is which.
 *
 * Each machine sends a HEARTBEAT every SSI_T_HEARTBEAT, with the time stamp of
 * the last one it has got from the other. The head gives a node up after
 * SSI_T_DEAD without any message. A node lives on a lease: SSI_T_LEASE from when
 * it *sent* the newest heartbeat that the head has echoed. As the head got that
 * one later than it was sent, the lease runs out before the head gives the node
 * up, whatever way the network fails; two clocks have only to agree on the length
 * of some seconds.
 */
#include "transport.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <ssi/cpu.h>
#include <ssi/message.h>
#include <ssi/policy.h>

static_assert(SSI_T_LEASE < SSI_T_DEAD);

static u64 head_epoch;			/* set once */
static u32 timeout_percent = 100;	/* racy reads are fine */

unsigned long ssi_time(unsigned long jiffies_unscaled)
{
	return jiffies_unscaled * READ_ONCE(timeout_percent) / 100;
}

void ssi_membership_set_timeout(u32 percent)
{
	WRITE_ONCE(timeout_percent, percent);
}

u64 ssi_membership_epoch(void)
{
	return READ_ONCE(head_epoch);
}

int ssi_membership_become_head(u64 epoch, u32 percent)
{
	if (cmpxchg(&head_epoch, 0, epoch))
		return -EBUSY;
	ssi_membership_set_timeout(percent);
	return 0;
}

int ssi_membership_greet(struct ssi_peer *peer)
{
	for (int i = 0; i < SSI_CHANNELS; i++) {
		struct ssi_message *msg = ssi_message_new(SSI_HELLO, 128, GFP_KERNEL);
		struct ssi_writer w;
		struct ssi_cpu cpu;

		ssi_writer_init(&w, msg, GFP_KERNEL);
		ssi_put_bytes(&w, ssi_build_id, DOLMEN_BUILD_ID_LEN);
		ssi_put_u32(&w, peer->node);
		ssi_put_u8(&w, peer->is_node);	/* the sender is the head */
		ssi_put_u8(&w, i);
		ssi_cpu_here(&cpu);
		ssi_put_bytes(&w, &cpu, sizeof(cpu));
		ssi_put_u64(&w, get_jiffies_64() * TICK_NSEC - ktime_get_ns());
		if (w.error) {
			ssi_message_put(msg);
			return w.error;
		}
		ssi_send(peer, i, msg);
	}
	return 0;
}

/* Both connections say the same. */
static void compare_cpus(struct ssi_peer *peer, const struct ssi_cpu *its)
{
	struct ssi_cpu own;

	ssi_cpu_here(&own);
	WRITE_ONCE(peer->takes_running, ssi_cpu_covers(its, &own));
	WRITE_ONCE(peer->takes_new, ssi_cpu_covers(&own, its));
	if (peer->is_node && !peer->takes_new)
		pr_notice_once("node %u has instructions that this machine lacks: no program begins there\n",
			       peer->node);
}

static const char *check_hello(struct ssi_peer *peer, enum ssi_channel channel,
			       const struct ssi_message *msg)
{
	char build_id[DOLMEN_BUILD_ID_LEN];
	struct ssi_cursor c;
	u8 from_head, its_channel;
	struct ssi_cpu cpu;
	s64 ticks_ns;
	u32 node;

	if (READ_ONCE(peer->greeted) & BIT(channel))
		return "it greeted twice";
	ssi_cursor_init(&c, msg);
	ssi_get_bytes(&c, build_id, sizeof(build_id));
	node = ssi_get_u32(&c);
	from_head = ssi_get_u8(&c);
	its_channel = ssi_get_u8(&c);
	ssi_get_bytes(&c, &cpu, sizeof(cpu));
	ticks_ns = ssi_get_u64(&c);
	if (ssi_cursor_end(&c))
		return "a malformed HELLO";
	if (memcmp(build_id, ssi_build_id, sizeof(build_id)))
		return "its modules are of another build";
	if (node != peer->node)
		return "it has another node id in mind";
	if (from_head != !peer->is_node)
		return "both ends think they are the same side";
	if (its_channel != channel)
		return "control and bulk connection are mixed up";
	compare_cpus(peer, &cpu);
	WRITE_ONCE(peer->ticks_ns, ticks_ns);
	return NULL;
}

int ssi_membership_hello(struct ssi_peer *peer, enum ssi_channel channel,
			 struct ssi_message *msg)
{
	const char *why = check_hello(peer, channel, msg);

	if (why) {
		ssi_peer_fail(peer, -EPROTO, why);
		return -EPROTO;
	}
	if (!ssi_peer_greeted(peer, channel))
		return 0;
	if (peer->is_node)
		ssi_event(DOLMEN_EVENT_NODE_UP, peer->node, 0, "%s", peer->name);
	else
		pr_info("joined the head as node %u\n", peer->node);
	return 0;
}

struct heartbeat {
	struct ssi_load here;
	struct ssi_load cluster;	/* as the head knows it */
};

static int send_heartbeat(struct ssi_peer *peer, void *arg)
{
	struct ssi_message *msg = ssi_message_new(SSI_HEARTBEAT, 512, GFP_NOIO);
	const struct heartbeat *beat = arg;
	struct ssi_writer w;

	ssi_writer_init(&w, msg, GFP_NOIO);
	ssi_put_u64(&w, get_jiffies_64());
	ssi_put_u64(&w, READ_ONCE(peer->stamp));
	ssi_load_encode(&w, &beat->here);
	ssi_load_encode(&w, peer->is_node ? &beat->cluster : &beat->here);
	/* without memory it is left out: the next one will do */
	if (w.error)
		ssi_message_put(msg);
	else
		ssi_send(peer, SSI_CONTROL, msg);
	return 0;
}

int ssi_membership_heartbeat(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_load load, cluster;
	struct ssi_cursor c;
	u64 stamp, echo, leased;

	ssi_cursor_init(&c, msg);
	stamp = ssi_get_u64(&c);
	echo = ssi_get_u64(&c);
	ssi_load_decode(&c, &load);
	ssi_load_decode(&c, &cluster);
	if (ssi_cursor_end(&c) || time_after64(echo, get_jiffies_64()))
		return -EBADMSG;

	WRITE_ONCE(peer->stamp, stamp);
	leased = READ_ONCE(peer->leased);
	if (echo && time_after64(echo, leased))
		WRITE_ONCE(peer->leased, echo);
	WRITE_ONCE(peer->load_permille, load.load_permille);
	WRITE_ONCE(peer->memory_free, load.memory_free);
	spin_lock_irq(&peer->lock);
	peer->load = load;
	peer->cluster = cluster;
	spin_unlock_irq(&peer->lock);
	return 0;
}

static int check_silence(struct ssi_peer *peer, void *unused)
{
	if (peer->is_node) {
		if (time_after(jiffies, READ_ONCE(peer->heard) + ssi_time(SSI_T_DEAD)))
			ssi_peer_drop(peer, "nothing was heard of it");
	} else {
		if (time_after(jiffies, READ_ONCE(peer->leased) + ssi_time(SSI_T_LEASE)))
			ssi_peer_drop(peer, "the lease ran out");
	}
	return 0;
}

static void tick(struct work_struct *work)
{
	struct heartbeat beat;

	ssi_load_sample();
	ssi_load_here(&beat.here);
	ssi_cluster_sum(&beat.cluster);
	ssi_peer_for_each(send_heartbeat, &beat);
	ssi_peer_for_each(check_silence, NULL);
	queue_delayed_work(ssi_transport_queue, to_delayed_work(work),
			   ssi_time(SSI_T_HEARTBEAT));
}

static DECLARE_DELAYED_WORK(tick_work, tick);

void ssi_membership_init(void)
{
	queue_delayed_work(ssi_transport_queue, &tick_work, 0);
}

void ssi_membership_exit(void)
{
	cancel_delayed_work_sync(&tick_work);
}
