// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nodes as parts of one machine: each has a contiguous range of CPU numbers
 * behind those of the head. A node gets the lowest range that is free when it is
 * first seen, and keeps it; when it dies its numbers are missing, as those of
 * CPUs that are off-line.
 */
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sort.h>
#include <linux/string.h>

#include <ssi/policy.h>
#include <ssi/wire.h>

#include "cluster.h"

#define NODE_CPUS_MAX	8192	/* of one node; more are not shown */

static DEFINE_MUTEX(ranges_mutex);	/* peer->first_cpu of all peers */

static int add_node(struct ssi_peer *peer, void *arg)
{
	struct ssi_cluster *cluster = arg;
	struct ssi_cluster_node *node;

	lockdep_assert_held(&ranges_mutex);
	if (!peer->is_node || !peer->cpus ||
	    cluster->count == ARRAY_SIZE(cluster->nodes))
		return 0;
	node = &cluster->nodes[cluster->count++];
	node->node = peer->node;
	strscpy(node->name, peer->name);
	node->first_cpu = peer->first_cpu;
	node->cpus = min(peer->cpus, NODE_CPUS_MAX);
	ssi_peer_load(peer, &node->load);
	return 0;
}

static const struct ssi_cluster_node *
find_overlap(const struct ssi_cluster *cluster, u32 first, u32 cpus)
{
	u32 i;

	for (i = 0; i < cluster->count; i++) {
		const struct ssi_cluster_node *node = &cluster->nodes[i];

		if (node->first_cpu && first < node->first_cpu + node->cpus &&
		    node->first_cpu < first + cpus)
			return node;
	}
	return NULL;
}

static u32 free_range(const struct ssi_cluster *cluster, u32 cpus)
{
	u32 first = cpumask_last(cpu_online_mask) + 1;
	const struct ssi_cluster_node *other;

	while ((other = find_overlap(cluster, first, cpus)))
		first = other->first_cpu + other->cpus;
	return first;
}

static int give_range(struct ssi_peer *peer, void *arg)
{
	struct ssi_cluster *cluster = arg;
	u32 i;

	lockdep_assert_held(&ranges_mutex);
	for (i = 0; i < cluster->count; i++) {
		struct ssi_cluster_node *node = &cluster->nodes[i];

		if (!peer->is_node || peer->node != node->node ||
		    node->first_cpu)
			continue;
		if (!peer->first_cpu)
			peer->first_cpu = free_range(cluster, node->cpus);
		node->first_cpu = peer->first_cpu;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct ssi_cluster_node *node_a = a, *node_b = b;

	return node_a->first_cpu < node_b->first_cpu ? -1 : 1;
}

static void drop_unnumbered(struct ssi_cluster *cluster)
{
	u32 from, to = 0;

	for (from = 0; from < cluster->count; from++)
		if (cluster->nodes[from].first_cpu)
			cluster->nodes[to++] = cluster->nodes[from];
	cluster->count = to;
}

struct ssi_cluster *ssi_cluster_survey(void)
{
	struct ssi_cluster *cluster = kvzalloc(sizeof(*cluster), GFP_KERNEL);

	if (!cluster)
		return NULL;
	mutex_lock(&ranges_mutex);
	ssi_peer_for_each(add_node, cluster);
	ssi_peer_for_each(give_range, cluster);
	mutex_unlock(&ranges_mutex);
	/* one that died between the two loops has none */
	drop_unnumbered(cluster);
	sort(cluster->nodes, cluster->count, sizeof(*cluster->nodes), compare,
	     NULL);
	return cluster;
}

void ssi_cluster_free(struct ssi_cluster *cluster)
{
	kvfree(cluster);
}

static int add_load(struct ssi_peer *peer, void *arg)
{
	struct ssi_load load, *sum = arg;
	u32 i;

	if (!peer->is_node)
		return 0;
	ssi_peer_load(peer, &load);
	sum->cpus += min(load.cpus, NODE_CPUS_MAX);
	sum->load_permille += load.load_permille;
	for (i = 0; i < ARRAY_SIZE(load.average); i++)
		sum->average[i] += load.average[i];
	sum->running += load.running;
	/* sum->tasks: every process of the nodes has a shadow on the head */
	sum->memory += load.memory;
	sum->memory_free += load.memory_free;
	sum->memory_unused += load.memory_unused;
	sum->memory_cached += load.memory_cached;
	for (i = 0; i < SSI_CPU_STATS; i++)
		sum->cpu_ns[i] += load.cpu_ns[i];
	return 0;
}

void ssi_cluster_sum(struct ssi_load *sum)
{
	ssi_load_here(sum);
	ssi_peer_for_each(add_load, sum);
	sum->cpus = min(sum->cpus, SSI_CPUS_MAX);
}
