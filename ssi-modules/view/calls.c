// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysinfo(2) and sched_getaffinity(2) for the whole cluster. Both are hooks of
 * the core kernel, called for every process of this machine.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/loadavg.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/sysinfo.h>
#include <linux/uaccess.h>

#include <ssi/policy.h>

#include "audience.h"
#include "cluster.h"

void ssi_view_sysinfo(struct sysinfo *info)
{
	struct ssi_cluster *cluster;
	u32 i, j;

	if (!ssi_audience_has_current())
		return;
	cluster = ssi_cluster_survey();
	if (!cluster)
		return;		/* better its own machine than nothing */
	for (i = 0; i < cluster->count; i++) {
		const struct ssi_load *load = &cluster->nodes[i].load;

		info->totalram += load->memory / info->mem_unit;
		info->freeram += load->memory_unused / info->mem_unit;
		for (j = 0; j < ARRAY_SIZE(load->average); j++)
			info->loads[j] += (unsigned long)load->average[j]
					  << (SI_LOAD_SHIFT - FSHIFT);
	}
	ssi_cluster_free(cluster);
}

/* nobody has taken CPUs of its machine away from current */
static bool is_unrestricted(void)
{
	return cpumask_subset(cpu_active_mask, current->cpus_ptr);
}

static long copy_cpus(const struct ssi_cluster *cluster, unsigned int len,
		      unsigned long __user *user_mask)
{
	unsigned int bits = nr_cpu_ids, bytes;
	unsigned long *mask;
	long ret;
	u32 i;

	for (i = 0; i < cluster->count; i++)
		bits = max(bits, cluster->nodes[i].first_cpu +
				 cluster->nodes[i].cpus);
	/* both as the native call */
	if (len * BITS_PER_BYTE < bits || len % sizeof(long))
		return -EINVAL;
	bytes = max_t(unsigned int, BITS_TO_LONGS(bits) * sizeof(long),
		      cpumask_size());
	mask = kzalloc(bytes, GFP_KERNEL);
	if (!mask)
		return -ENOMEM;
	bitmap_copy(mask, cpumask_bits(cpu_active_mask), nr_cpu_ids);
	for (i = 0; i < cluster->count; i++)
		bitmap_set(mask, cluster->nodes[i].first_cpu,
			   cluster->nodes[i].cpus);
	ret = min(len, bytes);
	if (copy_to_user(user_mask, mask, ret))
		ret = -EFAULT;
	kfree(mask);
	return ret;
}

long ssi_view_getaffinity(pid_t pid, unsigned int len,
			  unsigned long __user *mask)
{
	struct ssi_cluster *cluster;
	long ret;

	if (pid && pid != task_pid_vnr(current) && pid != task_tgid_vnr(current))
		return 0;
	if (!ssi_audience_has_current() || !is_unrestricted())
		return 0;
	cluster = ssi_cluster_survey();
	if (!cluster)
		return 0;
	ret = copy_cpus(cluster, len, mask);
	ssi_cluster_free(cluster);
	return ret;
}
