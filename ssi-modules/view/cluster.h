/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_VIEW_CLUSTER_H
#define _SSI_VIEW_CLUSTER_H
#include <linux/types.h>

#include <ssi/peer.h>

/**
 * struct ssi_cluster_node - a node as the view has it
 * @node: its id
 * @name: its host name
 * @first_cpu: number of its first CPU; it keeps its range as long as it is up
 * @cpus: how many follow each other from there
 * @load: what its last heartbeat told
 */
struct ssi_cluster_node {
	u32 node;
	char name[DOLMEN_NAME_LEN];
	u32 first_cpu;
	u32 cpus;
	struct ssi_load load;
};

/* The nodes that are up, by their CPU numbers. The head's CPUs come before. */
struct ssi_cluster {
	u32 count;
	struct ssi_cluster_node nodes[DOLMEN_MAX_NODES];
};

/* process context, may sleep; NULL without memory */
struct ssi_cluster *ssi_cluster_survey(void);
void ssi_cluster_free(struct ssi_cluster *cluster);
#endif /* _SSI_VIEW_CLUSTER_H */
