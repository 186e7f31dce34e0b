/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_PEER_H
#define _SSI_PEER_H
/*
 * A peer is the other end of a link: on the head one per node, on a node the
 * head. In solo mode the same kernel has both ends of one link.
 *
 * Lock order of the whole module, outermost first:
 *	peer list mutex > shadow->lock / guest->lock > handle table lock >
 *	peer->lock > connection send lock
 * None of them is held over a wait for another machine.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <uapi/dolmen.h>

struct ssi_message;
struct ssi_connection;

enum ssi_channel { SSI_CONTROL, SSI_BULK, SSI_CHANNELS };

enum ssi_peer_state {
	SSI_PEER_GREETING,
	SSI_PEER_UP,
	SSI_PEER_DEAD,
};

#define SSI_CPU_STATS	10	/* CPUTIME_USER .. CPUTIME_GUEST_NICE */

/**
 * struct ssi_load - what a machine tells of itself in each HEARTBEAT, and then
 * the head of the whole cluster (a node: of itself again)
 * @cpus: online
 * @load_permille: runnable tasks x 1000, smoothed over the last two seconds
 * @average: load averages, 1.0 = FIXED_1
 * @running: tasks that are runnable now
 * @tasks: all tasks (threads)
 * @memory: bytes of RAM
 * @memory_free: bytes that can be had without swapping (MemAvailable)
 * @memory_unused: bytes that nobody uses (MemFree)
 * @memory_cached: bytes of the page cache, tmpfs included
 * @cpu_ns: time in each CPUTIME_ state since its boot, sum of all CPUs
 */
struct ssi_load {
	u32 cpus;
	u32 load_permille;
	u32 average[3];
	u32 running;
	u32 tasks;
	u64 memory;
	u64 memory_free;
	u64 memory_unused;
	u64 memory_cached;
	u64 cpu_ns[SSI_CPU_STATS];
};

/* this machine; at most one heartbeat old */
void ssi_load_here(struct ssi_load *load);

struct ssi_peer {
	struct kref refs;
	struct list_head list;		/* peer list mutex; RCU readers */
	struct rcu_head rcu;
	u32 node;			/* id of the node; both ends have the same */
	bool is_node;			/* true: we are home, it is the node */
	u64 epoch;
	char name[DOLMEN_NAME_LEN];
	u32 cpus;
	u64 memory;

	spinlock_t lock;		/* what says "lock" below */
	enum ssi_peer_state state;	/* lock; one transition function */
	wait_queue_head_t changed;	/* woken at each change of state */
	unsigned int greeted;		/* lock: BIT(channel): its HELLO was right */
	bool was_up;			/* lock */
	int error;			/* lock; valid when DEAD */
	char why[64];			/* lock; valid when DEAD */
	struct completion started;	/* the death work waits for it */
	struct work_struct death;
	bool gone;			/* the death work has ended; racy */
	struct list_head requests;	/* lock: struct ssi_request */
	u64 next_request;		/* lock */

	struct ssi_connection *connections[SSI_CHANNELS];
	unsigned long heard;		/* jiffies of the last message; racy */
	unsigned long leased;		/* node: jiffies; membership.c; racy */
	u64 stamp;			/* of its last heartbeat, to be echoed; racy */

	/* what HEARTBEAT told of it; racy reads of the two copies are fine */
	struct ssi_load load;		/* lock, see ssi_peer_load() */
	struct ssi_load cluster;	/* lock, see ssi_peer_cluster() */
	u32 load_permille;
	u64 memory_free;
	s64 ticks_ns;			/* its jiffies are ahead of its clock; set by HELLO */
	bool takes_running;		/* its CPU has all that ours has; set by HELLO */
	bool takes_new;			/* ours has all that its has; set by HELLO */
	u32 weight;			/* policy; SSI_WEIGHT_DEFAULT at first */
	atomic_t recent;		/* policy: choices of the last moment */
	unsigned long recent_since;	/* policy: jiffies; racy */
	u32 recent_guests;		/* policy: @guests then; racy */
	u32 first_cpu;			/* view: of its range, 0: none yet */

	atomic64_t sent, received, bytes_sent, bytes_received;
	atomic64_t refused;		/* messages */
	atomic64_t placed, forked, went_home, busy_ns;
	atomic_t guests;
};

void ssi_peer_get(struct ssi_peer *peer);
void ssi_peer_put(struct ssi_peer *peer);
#define SSI_WEIGHT_DEFAULT	100	/* share of new programs, 0..1000 */

/* the head has a node that is UP; cheap, any context */
bool ssi_peer_any_node(void);
/* the node @node as seen by the head, NULL if not UP; with a reference */
struct ssi_peer *ssi_peer_node(u32 node);
/* the head as seen by a node, NULL if not UP; with a reference */
struct ssi_peer *ssi_peer_head(void);
static inline bool ssi_peer_is_up(const struct ssi_peer *peer)
{
	return READ_ONCE(peer->state) == SSI_PEER_UP;
}

/*
 * Calls @fn with each peer that is UP until it gives non-zero, and returns that.
 * May sleep; no lock is held. On the head these are the nodes, on a node the
 * head, in solo mode both ends of the link: look at is_node.
 */
int ssi_peer_for_each(int (*fn)(struct ssi_peer *peer, void *arg), void *arg);
/* a consistent copy of what its last heartbeat told */
void ssi_peer_load(struct ssi_peer *peer, struct ssi_load *load);
/* on a node, of the head: what it told of all machines together; cpus 0: nothing yet */
void ssi_peer_cluster(struct ssi_peer *peer, struct ssi_load *cluster);

/**
 * ssi_send - queue a message
 * @peer: to whom
 * @channel: on which connection
 * @msg: consumes the caller's reference, also on error
 *
 * Context: any, also atomic. Messages of one channel keep their order.
 * Return: 0 or -EHOSTDOWN. 0 is no promise that it arrives.
 */
int ssi_send(struct ssi_peer *peer, enum ssi_channel channel,
	     struct ssi_message *msg);

/**
 * struct ssi_request - a reply that is waited for; lives on the asker's stack
 * @done: set once, under peer->lock: @reply or @error is valid
 * @error: -EHOSTDOWN: the peer died. -ENOMEM: nothing was sent
 * @reply: the reply message, may be NULL when @error
 *
 * The wait queue is the asker's own choice, so that a task can wait for its
 * reply and for other things at once (shadow, guest).
 */
struct ssi_request {
	struct list_head list;		/* peer->lock */
	struct ssi_peer *peer;
	wait_queue_head_t *wait;
	u64 id;
	u16 answer;		/* type that the reply must have */
	bool done;
	int error;
	struct ssi_message *reply;
};

static inline bool ssi_request_is_done(const struct ssi_request *rq)
{
	/* pairs with the release that made it done: error and reply are there */
	return smp_load_acquire(&rq->done);
}

/**
 * ssi_request_send - send a message that wants a reply
 * @rq: filled; must be ended by ssi_request_end() in every case
 * @peer: to whom
 * @channel: on which connection
 * @msg: consumed; its request id is set
 * @wait: woken (TASK_NORMAL) when @rq->done gets true
 *
 * A dead peer makes it done at once. Context: any.
 */
void ssi_request_send(struct ssi_request *rq, struct ssi_peer *peer,
		      enum ssi_channel channel, struct ssi_message *msg,
		      wait_queue_head_t *wait);
/* the same, but gives the reply that had come (put it), or NULL */
struct ssi_message *ssi_request_abandon(struct ssi_request *rq);
/* forget the request (a late reply is dropped) and free the reply */
void ssi_request_end(struct ssi_request *rq);

/**
 * ssi_call - send a request and wait for its reply
 * @timeout: jiffies, already scaled; 0: as long as the peer lives
 * @reply: set to the reply (put it), only with 0; NULL: only the status counts
 *
 * The wait is killable. Context: process context.
 * Return: the reply's status (0 or negative errno), -EHOSTDOWN, -ETIMEDOUT,
 * -EINTR (killed), -ENOMEM if @msg is NULL.
 */
int ssi_call(struct ssi_peer *peer, enum ssi_channel channel,
	     struct ssi_message *msg, unsigned long timeout,
	     struct ssi_message **reply);

/*
 * An empty reply to @msg of that type and status, NULL without memory. Process
 * context: it may reclaim memory (without I/O), like ssi_reply_status().
 */
struct ssi_message *ssi_reply_new(const struct ssi_message *msg, u16 type,
				  s32 status, u32 room);
/* send an empty reply; a failed allocation drops the peer (it would hang) */
void ssi_reply_status(struct ssi_peer *peer, const struct ssi_message *msg,
		      u16 type, s32 status);

/* declare it dead: all waits end, all that depends on it is told. Any context */
void ssi_peer_drop(struct ssi_peer *peer, const char *why);

/* scaled time in jiffies, see wire.h */
unsigned long ssi_time(unsigned long jiffies);

/* an event for user land (generic netlink and the log); any context */
__printf(4, 5)
void ssi_event(enum dolmen_event event, u32 node, pid_t pid, const char *fmt, ...);

/*
 * Dispatch. One row per message type; a message from the wrong side, on the
 * wrong connection or out of its length is refused before the handler.
 * Handlers run in the receiving thread of the connection: they never sleep for
 * memory reclaim, a lock that is held over a wait, or another message.
 */
struct ssi_handler {
	/*
	 * 0; or an error: the message is refused (counted, event) and, if it is
	 * a request, answered with that status. -ESRCH is quiet: a message may
	 * come too late. -EPROTO and -EBADMSG drop the peer. Keeps @msg by
	 * ssi_message_get().
	 */
	int (*handle)(struct ssi_peer *peer, struct ssi_message *msg);
	u16 answer;		/* type of the reply, 0: one way */
	u8 from;		/* SSI_FROM_ */
	u8 channel;		/* enum ssi_channel */
	bool reply;		/* goes to its ssi_request instead */
	bool tells;		/* a guest may learn of others' work by it */
	u32 min, max;		/* payload bytes */
};

#define SSI_FROM_NODE	1
#define SSI_FROM_HEAD	2
#define SSI_FROM_BOTH	3

extern const struct ssi_handler ssi_handlers[];

int ssi_transport_init(void);
void ssi_transport_exit(void);	/* drops all peers */
#endif /* _SSI_PEER_H */
