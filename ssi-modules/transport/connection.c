// SPDX-License-Identifier: GPL-2.0-only
/*
 * One TCP connection: a thread that receives and dispatches, a queue and a
 * thread that sends it. The first failure of either drops the peer; there is no
 * retry, as nobody could tell what the other end has seen.
 *
 * Both threads run with memalloc_noio: pages may have to be written over this
 * very network before memory gets free.
 */
#include "transport.h"
#include "trace.h"

#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/net.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <ssi/message.h>

/*
 * The threads wait for one another with programs that never sleep: what they do
 * is short and others wait for it.
 */
#define THREAD_NICE	(-19)

struct ssi_connection {
	struct ssi_peer *peer;		/* which has us: lives longer */
	enum ssi_channel channel;
	struct socket *sock;		/* holds the file; until _stop() */
	struct task_struct *receiver;
	struct task_struct *sender;

	spinlock_t lock;		/* innermost; also taken with irqs off */
	struct list_head queue;		/* lock: struct ssi_message */
	u32 queued;			/* lock: cost of what is in @queue */
	bool closed;			/* lock */
	wait_queue_head_t wait;		/* the sender, for @queue */
};

struct ssi_connection *ssi_connection_new(struct ssi_peer *peer,
					  enum ssi_channel channel, int fd)
{
	struct ssi_connection *conn;
	struct socket *sock;
	struct sock *sk;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return ERR_PTR(-ENOTCONN);
	sk = sock->sk;
	err = -ENOTCONN;
	if ((sk->sk_family != AF_INET && sk->sk_family != AF_INET6) ||
	    sk->sk_type != SOCK_STREAM || sk->sk_protocol != IPPROTO_TCP ||
	    READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
		goto err_put_socket;
	err = -ENOMEM;
	conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	if (!conn)
		goto err_put_socket;

	lock_sock(sk);
	sk->sk_allocation = GFP_NOIO;
	sk->sk_use_task_frag = false;
	sk->sk_rcvtimeo = MAX_SCHEDULE_TIMEOUT;
	sk->sk_sndtimeo = MAX_SCHEDULE_TIMEOUT;
	release_sock(sk);
	tcp_sock_set_nodelay(sk);

	conn->peer = peer;
	conn->channel = channel;
	conn->sock = sock;
	spin_lock_init(&conn->lock);
	INIT_LIST_HEAD(&conn->queue);
	init_waitqueue_head(&conn->wait);
	return conn;

err_put_socket:
	sockfd_put(sock);
	return ERR_PTR(err);
}

/* 0 when all of it is there, -ECONNRESET at the end of the stream */
static int receive_bytes(struct ssi_connection *conn, void *data, u32 bytes)
{
	struct msghdr msg = { .msg_flags = MSG_WAITALL | MSG_NOSIGNAL };
	struct kvec vec = { .iov_base = data, .iov_len = bytes };
	int got;

	if (!bytes)
		return 0;
	got = kernel_recvmsg(conn->sock, &msg, &vec, 1, bytes, msg.msg_flags);
	if (got == bytes)
		return 0;
	return got < 0 ? got : -ECONNRESET;
}

static struct ssi_message *receive_message(struct ssi_connection *conn,
					   const char **why)
{
	struct ssi_wire_header header;
	struct ssi_message *msg;
	u32 length;

	*why = "the connection broke";
	if (receive_bytes(conn, &header, sizeof(header)))
		return NULL;
	*why = ssi_dispatch_check(conn->peer, conn->channel, &header);
	if (*why)
		return NULL;
	length = le32_to_cpu(header.length);
	*why = "no memory for a message";
	msg = ssi_message_new(le16_to_cpu(header.type), length, GFP_NOIO);
	if (!msg)
		return NULL;
	msg->status = le32_to_cpu(header.status);
	msg->home = le32_to_cpu(header.home);
	msg->pid = le32_to_cpu(header.pid);
	msg->incarnation = le64_to_cpu(header.incarnation);
	msg->request = le64_to_cpu(header.request);
	msg->length = length;
	*why = "the connection broke";
	if (receive_bytes(conn, msg->data, length)) {
		ssi_message_put(msg);
		return NULL;
	}
	return msg;
}

/*
 * After its greeting a connection waits for that of the other one, so that no
 * handler ever meets a peer that is not UP.
 */
static bool wait_until_up(struct ssi_peer *peer)
{
	wait_event_interruptible(peer->changed,
				 READ_ONCE(peer->state) != SSI_PEER_GREETING ||
				 kthread_should_stop());
	return ssi_peer_is_up(peer);
}

static int receiver_main(void *arg)
{
	struct ssi_connection *conn = arg;
	struct ssi_peer *peer = conn->peer;
	unsigned int noio = memalloc_noio_save();
	const char *why = NULL;

	do {
		struct ssi_message *msg = receive_message(conn, &why);

		if (!msg) {
			ssi_peer_drop(peer, why);
			break;
		}
		WRITE_ONCE(peer->heard, jiffies);
		atomic64_inc(&peer->received);
		atomic64_add(sizeof(struct ssi_wire_header) + msg->length,
			     &peer->bytes_received);
		trace_ssi_message_received(peer, msg);
		if (ssi_dispatch(peer, conn->channel, msg))
			break;
	} while (!kthread_should_stop() && wait_until_up(peer));

	memalloc_noio_restore(noio);
	return 0;
}

static int send_message(struct ssi_connection *conn, struct ssi_message *msg,
			bool more)
{
	struct ssi_wire_header header = {
		.magic		= cpu_to_le32(SSI_MAGIC),
		.protocol	= cpu_to_le16(SSI_PROTOCOL),
		.type		= cpu_to_le16(msg->type),
		.length		= cpu_to_le32(msg->length),
		.status		= cpu_to_le32(msg->status),
		.epoch		= cpu_to_le64(conn->peer->epoch),
		.home		= cpu_to_le32(msg->home),
		.pid		= cpu_to_le32(msg->pid),
		.incarnation	= cpu_to_le64(msg->incarnation),
		.request	= cpu_to_le64(msg->request),
	};
	struct kvec vec[2] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = msg->data, .iov_len = msg->length },
	};
	struct msghdr hdr = { .msg_flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0) };
	u32 bytes = sizeof(header) + msg->length;
	int sent;

	trace_ssi_message_sent(conn->peer, msg);
	sent = kernel_sendmsg(conn->sock, &hdr, vec, msg->length ? 2 : 1, bytes);
	if (sent != bytes)
		return sent < 0 ? sent : -EPIPE;
	atomic64_inc(&conn->peer->sent);
	atomic64_add(bytes, &conn->peer->bytes_sent);
	return 0;
}

/* against SSI_QUEUE_BYTES_MAX; small ones are not free either */
static u32 queue_cost(const struct ssi_message *msg)
{
	return sizeof(*msg) + msg->length;
}

static struct ssi_message *queue_first(struct ssi_connection *conn, bool *more)
{
	struct ssi_message *msg;
	unsigned long flags;

	spin_lock_irqsave(&conn->lock, flags);
	msg = list_first_entry_or_null(&conn->queue, struct ssi_message, list);
	if (msg) {
		list_del_init(&msg->list);
		conn->queued -= queue_cost(msg);
	}
	*more = !list_empty(&conn->queue);
	spin_unlock_irqrestore(&conn->lock, flags);
	return msg;
}

static int sender_main(void *arg)
{
	struct ssi_connection *conn = arg;
	unsigned int noio = memalloc_noio_save();

	while (!kthread_should_stop()) {
		struct ssi_message *msg;
		bool more;
		int err;

		wait_event_idle(conn->wait, !list_empty_careful(&conn->queue) ||
				kthread_should_stop());
		msg = queue_first(conn, &more);
		if (!msg)
			continue;
		err = send_message(conn, msg, more);
		ssi_message_put(msg);
		if (err) {
			ssi_peer_drop(conn->peer, "the connection broke");
			break;
		}
	}
	memalloc_noio_restore(noio);
	return 0;
}

static struct task_struct *thread_new(struct ssi_connection *conn,
				      int (*fn)(void *), const char *what)
{
	struct ssi_peer *peer = conn->peer;
	struct task_struct *task;

	task = kthread_create(fn, conn, "dolmen-%s/%s%u%s", what,
			      peer->is_node ? "" : "h", peer->node,
			      conn->channel == SSI_BULK ? "b" : "");
	if (IS_ERR(task))
		return task;
	/* it may end by itself before it is told to stop */
	get_task_struct(task);
	set_user_nice(task, THREAD_NICE);
	return task;
}

static void thread_stop(struct task_struct *task)
{
	if (!task)
		return;
	kthread_stop(task);
	put_task_struct(task);
}

int ssi_connection_start(struct ssi_connection *conn)
{
	struct task_struct *task;

	task = thread_new(conn, sender_main, "tx");
	if (IS_ERR(task))
		return PTR_ERR(task);
	conn->sender = task;
	task = thread_new(conn, receiver_main, "rx");
	if (IS_ERR(task))
		return PTR_ERR(task);
	conn->receiver = task;
	wake_up_process(conn->sender);
	wake_up_process(conn->receiver);
	return 0;
}

int ssi_connection_queue(struct ssi_connection *conn, struct ssi_message *msg)
{
	unsigned long flags;
	bool full = false;
	bool closed;

	spin_lock_irqsave(&conn->lock, flags);
	closed = conn->closed;
	if (!closed) {
		full = conn->queued + queue_cost(msg) > SSI_QUEUE_BYTES_MAX;
		if (!full) {
			list_add_tail(&msg->list, &conn->queue);
			conn->queued += queue_cost(msg);
			wake_up(&conn->wait);
		}
	}
	spin_unlock_irqrestore(&conn->lock, flags);

	if (!closed && !full)
		return 0;
	if (full)
		ssi_peer_drop(conn->peer, "it does not read what it is sent");
	ssi_message_put(msg);
	return -EHOSTDOWN;
}

void ssi_connection_close(struct ssi_connection *conn)
{
	unsigned long flags;

	spin_lock_irqsave(&conn->lock, flags);
	conn->closed = true;
	spin_unlock_irqrestore(&conn->lock, flags);
}

void ssi_connection_stop(struct ssi_connection *conn)
{
	struct ssi_message *msg;
	bool more;

	ssi_connection_close(conn);
	/* ends a sendmsg or recvmsg under way */
	kernel_sock_shutdown(conn->sock, SHUT_RDWR);
	thread_stop(conn->receiver);
	thread_stop(conn->sender);
	conn->receiver = NULL;
	conn->sender = NULL;
	while ((msg = queue_first(conn, &more)))
		ssi_message_put(msg);
	sockfd_put(conn->sock);
	conn->sock = NULL;
}

void ssi_connection_free(struct ssi_connection *conn)
{
	if (!conn)
		return;
	if (conn->sock)
		ssi_connection_stop(conn);
	kfree(conn);
}
