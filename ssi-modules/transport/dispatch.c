// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of all messages: who may send it, on which connection, how long it
 * may be and who takes it. A row that is missing is a message that is refused.
 *
 * What is wrong with a header ends the connection, because the stream can not be
 * trusted any more. What a handler refuses is counted and told, and the sender
 * goes on.
 */
#include "transport.h"
#define CREATE_TRACE_POINTS
#include "trace.h"

#include <linux/ratelimit.h>
#include <linux/threads.h>

#include <linux/ssi.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/process.h>

#define SMALL		SZ_4K
#define FILE_MAX	(SSI_FILE_BYTES_MAX + SZ_4K)
#define PAGES_LENGTH_MAX (SSI_PULL_PAGES * PAGE_SIZE + SZ_4K)

/* HELLO is taken by ssi_dispatch() itself: it has to know the connection. */
const struct ssi_handler ssi_handlers[SSI_TYPES] = {
	[SSI_HEARTBEAT] = {
		.handle = ssi_membership_heartbeat,
		.from = SSI_FROM_BOTH, .max = SMALL,
	},
	[SSI_COUNTERS] = {
		.handle = ssi_handle_counters,
		.from = SSI_FROM_NODE, .max = SZ_1M,
	},

	[SSI_PLACE] = {
		.handle = ssi_handle_place, .answer = SSI_PLACED,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SSI_PAYLOAD_MAX,
	},
	[SSI_PLACED] = { .reply = true, .from = SSI_FROM_NODE, .max = SMALL },
	[SSI_SIGNAL] = {
		.handle = ssi_handle_guest,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_STOP] = {
		.handle = ssi_handle_guest,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_CONT] = {
		.handle = ssi_handle_guest,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_KILL] = {
		.handle = ssi_handle_guest, .answer = SSI_KILLED,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_KILLED] = { .reply = true, .from = SSI_FROM_NODE, .max = SMALL },
	[SSI_RECALL] = {
		.handle = ssi_handle_guest,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},

	[SSI_FORK] = {
		.handle = ssi_handle_home, .answer = SSI_FORKED,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_FORKED] = { .reply = true, .from = SSI_FROM_HEAD, .max = SMALL },
	[SSI_FORK_ABORT] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_EXEC] = {
		.handle = ssi_handle_home, .answer = SSI_EXECED,
		.from = SSI_FROM_NODE, .max = SSI_PAYLOAD_MAX,
	},
	[SSI_EXECED] = {
		.reply = true,
		.from = SSI_FROM_HEAD, .max = SSI_PAYLOAD_MAX,
	},
	[SSI_WAIT] = {
		.handle = ssi_handle_home, .answer = SSI_WAITED,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_WAITED] = { .reply = true, .from = SSI_FROM_HEAD, .max = SMALL },
	[SSI_CANCEL] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_CALL] = {
		.handle = ssi_handle_home, .answer = SSI_CALLED,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_CALLED] = {
		.reply = true, .tells = true,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_PATH_CALL] = {
		.handle = ssi_handle_home, .answer = SSI_PATH_CALLED,
		.from = SSI_FROM_NODE, .max = SSI_PATH_MAX + SMALL,
	},
	[SSI_PATH_CALLED] = {
		.reply = true,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SSI_PATH_MAX + SMALL,
	},
	[SSI_OPEN] = {
		.handle = ssi_handle_home, .answer = SSI_OPENED,
		.from = SSI_FROM_NODE, .max = SSI_PATH_MAX + SMALL,
	},
	[SSI_OPENED] = {
		.reply = true,
		.tells = true,
		.from = SSI_FROM_HEAD, .max = SMALL,
	},
	[SSI_SIGACTION] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_SIGMASK] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_LEAVE] = {
		.handle = ssi_handle_home, .answer = SSI_LEFT,
		.from = SSI_FROM_NODE, .max = SSI_PAYLOAD_MAX,
	},
	[SSI_LEFT] = { .reply = true, .from = SSI_FROM_HEAD, .max = SMALL },
	[SSI_STAYED] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},
	[SSI_EXIT] = {
		.handle = ssi_handle_home,
		.from = SSI_FROM_NODE, .max = SMALL,
	},

	[SSI_PULL] = {
		.handle = ssi_handle_pull, .answer = SSI_PAGES,
		.from = SSI_FROM_BOTH, .channel = SSI_BULK, .max = SMALL,
	},
	[SSI_PAGES] = {
		.reply = true,
		.from = SSI_FROM_BOTH, .channel = SSI_BULK,
		.max = PAGES_LENGTH_MAX,
	},

	[SSI_FILE_READ] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_WRITE] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.tells = true,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_POLL] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_IOCTL] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_SEEK] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_STAT] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_SYNC] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_FLAGS] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_TRUNCATE] = {
		.handle = ssi_handle_file, .answer = SSI_FILE_DONE,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_DONE] = {
		.reply = true,
		.from = SSI_FROM_BOTH, .max = FILE_MAX,
	},
	[SSI_FILE_EVENT] = {
		.handle = ssi_handle_file_event,
		.from = SSI_FROM_BOTH, .max = SMALL,
	},
	[SSI_FILE_RELEASE] = {
		.handle = ssi_handle_file_release,
		.tells = true,
		.from = SSI_FROM_BOTH, .max = SMALL,
	},
};

static const char *check_row(const struct ssi_peer *peer,
			     enum ssi_channel channel, u16 type, u32 length)
{
	const struct ssi_handler *row = &ssi_handlers[type];

	if (!(READ_ONCE(peer->greeted) & BIT(channel)))
		return "it sent something before its greeting";
	if (!row->handle && !row->reply)
		return "a message of a type that nobody takes";
	if (!(row->from & (peer->is_node ? SSI_FROM_NODE : SSI_FROM_HEAD)))
		return "a message from the wrong side";
	if (row->channel != channel)
		return "a message on the wrong connection";
	if (length < row->min || length > row->max)
		return "a message with a wrong length";
	return NULL;
}

const char *ssi_dispatch_check(const struct ssi_peer *peer,
			       enum ssi_channel channel,
			       const struct ssi_wire_header *header)
{
	u16 type = le16_to_cpu(header->type);
	u32 length = le32_to_cpu(header->length);
	s32 status = le32_to_cpu(header->status);
	s32 pid = le32_to_cpu(header->pid);
	bool reply;

	if (le32_to_cpu(header->magic) != SSI_MAGIC)
		return "it does not speak our protocol";
	if (le16_to_cpu(header->protocol) != SSI_PROTOCOL)
		return "its protocol has another version";
	if (le64_to_cpu(header->epoch) != peer->epoch)
		return "it belongs to another epoch";
	if (!type || type >= SSI_TYPES)
		return "a message of unknown type";
	if (!peer->is_node && ssi_handlers[type].tells)
		ssi_heard();
	if (le32_to_cpu(header->home) != SSI_HEAD)
		return "a message about a foreign home";
	if (pid < 0 || pid > PID_MAX_LIMIT)
		return "a message about an impossible pid";
	reply = ssi_handlers[type].reply;
	if (reply ? status > 0 || status < -MAX_ERRNO : status)
		return "a message with an impossible status";
	if (reply && !header->request)
		return "a reply to nothing";
	if (type == SSI_HELLO)
		return length > SMALL ? "a message with a wrong length" : NULL;
	return check_row(peer, channel, type, length);
}

static void refuse(struct ssi_peer *peer, struct ssi_message *msg, int err)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);
	u16 answer = ssi_handlers[msg->type].answer;

	atomic64_inc(&peer->refused);
	trace_ssi_message_refused(peer, msg);
	if (answer && msg->request)
		ssi_reply_status(peer, msg, answer, err);
	if (err == -ESRCH)
		return;
	ratelimit_set_flags(&limit, RATELIMIT_MSG_ON_RELEASE);
	if (__ratelimit(&limit))
		ssi_event(DOLMEN_EVENT_REFUSED, peer->node, msg->pid, "%s: %d",
			  ssi_type_name(msg->type), err);
}

int ssi_dispatch(struct ssi_peer *peer, enum ssi_channel channel,
		 struct ssi_message *msg)
{
	const struct ssi_handler *row = &ssi_handlers[msg->type];
	int err;

	if (msg->type == SSI_HELLO)
		err = ssi_membership_hello(peer, channel, msg);
	else if (row->reply)
		err = ssi_request_complete(peer, msg);
	else
		err = row->handle(peer, msg);

	if (err == -EPROTO || err == -EBADMSG) {
		char why[64];

		snprintf(why, sizeof(why), "a malformed %s",
			 ssi_type_name(msg->type));
		ssi_peer_drop(peer, why);
	} else if (err) {
		refuse(peer, msg, err);
		err = 0;
	}
	ssi_message_put(msg);
	return err;
}
