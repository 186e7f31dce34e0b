// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables that user land reads: nodes, processes, counters, audit. Each is
 * copied entry by entry while it is walked, so it is no snapshot; its entries
 * are.
 */
#include "control.h"
#include "../transport/transport.h"

#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include <ssi/files.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>

struct output {
	void __user *at;
	u32 room;		/* entries */
	u32 entries;		/* that there are; more than @room are counted only */
	u32 entry_bytes;
};

static int output_put(struct output *out, const void *entry)
{
	if (out->entries < out->room &&
	    copy_to_user(out->at + (size_t)out->entries * out->entry_bytes, entry,
			 out->entry_bytes))
		return -EFAULT;
	out->entries++;
	return 0;
}

static void head_info(struct dolmen_node_info *info)
{
	struct ssi_load load;

	ssi_load_here(&load);
	info->state = DOLMEN_NODE_UP;
	info->cpus = load.cpus;
	info->weight = ssi_policy_head_weight();
	info->memory = load.memory;
	info->memory_free = load.memory_free;
	info->load_permille = load.load_permille;
	strscpy(info->name, init_utsname()->nodename);
}

/* On a node it is about itself: only the sums are known of the link to the head. */
static void peer_info(struct ssi_peer *peer, struct dolmen_node_info *info)
{
	static const u32 states[] = {
		[SSI_PEER_GREETING] = DOLMEN_NODE_JOINING,
		[SSI_PEER_UP] = DOLMEN_NODE_UP,
		[SSI_PEER_DEAD] = DOLMEN_NODE_DEAD,
	};

	info->node = peer->node;
	info->state = states[READ_ONCE(peer->state)];
	info->cpus = peer->cpus;
	info->weight = READ_ONCE(peer->weight);
	info->memory = peer->memory;
	info->memory_free = READ_ONCE(peer->memory_free);
	info->load_permille = READ_ONCE(peer->load_permille);
	info->guests = atomic_read(&peer->guests);
	info->placed = atomic64_read(&peer->placed);
	info->forked = atomic64_read(&peer->forked);
	info->went_home = atomic64_read(&peer->went_home);
	info->messages_sent = atomic64_read(&peer->sent);
	info->messages_received = atomic64_read(&peer->received);
	info->bytes_sent = atomic64_read(&peer->bytes_sent);
	info->bytes_received = atomic64_read(&peer->bytes_received);
	info->busy_ns = atomic64_read(&peer->busy_ns);
	strscpy(info->name, peer->name);
}

/* the head, then its nodes; on a machine that is no head, that node alone */
static int put_nodes(struct output *out)
{
	bool head = ssi_membership_epoch();
	struct ssi_peer *all[SSI_PEERS_MAX];
	unsigned int count = ssi_peer_all(all, ARRAY_SIZE(all));
	int err = 0;

	if (head) {
		struct dolmen_node_info info = {};

		head_info(&info);
		err = output_put(out, &info);
	}
	for (unsigned int i = 0; i < count; i++) {
		struct dolmen_node_info info = {};

		if (!err && all[i]->is_node == head) {
			peer_info(all[i], &info);
			err = output_put(out, &info);
		}
		ssi_peer_put(all[i]);
	}
	return err;
}

static int put_processes(struct output *out)
{
	struct dolmen_process_info info = {};
	int err = 0;

	for (u32 i = 0; !err && ssi_process_info(i, &info); i++) {
		err = output_put(out, &info);
		memset(&info, 0, sizeof(info));
	}
	return err;
}

static int put_counters(struct output *out)
{
	struct dolmen_counter_info info = {};
	int err = 0;

	for (u32 i = 0; !err && ssi_counter_info(i, &info); i++) {
		err = output_put(out, &info);
		memset(&info, 0, sizeof(info));
	}
	return err;
}

static int put_audit(struct output *out)
{
	static const struct {
		const char *what;
		u64 (*count)(void);
	} rows[] = {
		{ "shadows", ssi_process_shadows },
		{ "guests", ssi_process_guests },
		{ "moves", ssi_process_moves },
		{ "handles", ssi_files_handles },
		{ "remote files", ssi_files_remotes },
		{ "requests", ssi_request_count },
		{ "messages in memory", ssi_message_count },
	};
	int err = 0;

	for (int i = 0; !err && i < ARRAY_SIZE(rows); i++) {
		struct dolmen_audit_info info = { .count = rows[i].count() };

		strscpy(info.what, rows[i].what);
		err = output_put(out, &info);
	}
	return err;
}

long ssi_table_ioctl(unsigned int cmd, struct dolmen_table __user *arg)
{
	static const struct {
		int (*put)(struct output *out);
		u32 entry_bytes;
	} tables[] = {
		[_IOC_NR(DOLMEN_IOC_NODES)] = {
			put_nodes, sizeof(struct dolmen_node_info)
		},
		[_IOC_NR(DOLMEN_IOC_PROCESSES)] = {
			put_processes, sizeof(struct dolmen_process_info)
		},
		[_IOC_NR(DOLMEN_IOC_COUNTERS)] = {
			put_counters, sizeof(struct dolmen_counter_info)
		},
		[_IOC_NR(DOLMEN_IOC_AUDIT)] = {
			put_audit, sizeof(struct dolmen_audit_info)
		},
	};
	struct dolmen_table table;
	struct output out = {};
	int err;

	if (copy_from_user(&table, arg, sizeof(table)))
		return -EFAULT;
	out.at = u64_to_user_ptr(table.pointer);
	out.room = table.entries;
	out.entry_bytes = tables[_IOC_NR(cmd)].entry_bytes;
	if (table.entry_bytes != out.entry_bytes)
		return -EINVAL;
	err = tables[_IOC_NR(cmd)].put(&out);
	if (err)
		return err;
	return put_user(out.entries, &arg->entries);
}
