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
#include <linux/ssi.h>
#include <linux/sysinfo.h>
#include <linux/uaccess.h>

#include <ssi/peer.h>
#include <ssi/policy.h>

#include "audience.h"
#include "cluster.h"

/* on a node: what the head has told of all machines; false: nothing */
static bool sum_for_guest(struct ssi_load *sum)
{
	struct ssi_peer *head = ssi_peer_head();

	if (!head)
		return false;
	ssi_peer_cluster(head, sum);
	ssi_peer_put(head);
	return sum->cpus;
}

static void set_averages(struct sysinfo *info, const struct ssi_load *load)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(load->average); i++)
		info->loads[i] = (unsigned long)load->average[i]
				 << (SI_LOAD_SHIFT - FSHIFT);
}

void ssi_view_sysinfo(struct sysinfo *info)
{
	struct ssi_load sum;

	if (!ssi_audience_has_current())
		return;
	if (!ssi_is_guest())
		ssi_cluster_sum(&sum);
	else if (!sum_for_guest(&sum))
		return;		/* its own machine is better than nothing */
	info->totalram = sum.memory / info->mem_unit;
	info->freeram = sum.memory_unused / info->mem_unit;
	set_averages(info, &sum);
}

/* nobody has taken CPUs of its machine away from current */
static bool is_unrestricted(void)
{
	return cpumask_subset(cpu_active_mask, current->cpus_ptr);
}

/* consumes @bits, @count of them; arguments and result as the native call */
static long copy_mask(unsigned long *bits, u32 count, unsigned int len,
		      unsigned long __user *user_mask)
{
	unsigned int bytes = BITS_TO_LONGS(count) * sizeof(long);
	long ret = min(len, bytes);

	if (!bits)
		return -ENOMEM;
	if (len * BITS_PER_BYTE < count || len % sizeof(long))
		ret = -EINVAL;
	else if (copy_to_user(user_mask, bits, ret))
		ret = -EFAULT;
	bitmap_free(bits);
	return ret;
}

static long home_affinity(unsigned int len, unsigned long __user *user_mask)
{
	struct ssi_cluster *cluster = ssi_cluster_survey();
	u32 count = nr_cpu_ids, i;
	unsigned long *bits;

	if (!cluster)
		return 0;
	for (i = 0; i < cluster->count; i++)
		count = max(count, cluster->nodes[i].first_cpu +
				   cluster->nodes[i].cpus);
	bits = bitmap_zalloc(count, GFP_KERNEL);
	if (bits) {
		bitmap_copy(bits, cpumask_bits(cpu_active_mask), nr_cpu_ids);
		for (i = 0; i < cluster->count; i++)
			bitmap_set(bits, cluster->nodes[i].first_cpu,
				   cluster->nodes[i].cpus);
	}
	ssi_cluster_free(cluster);
	return copy_mask(bits, count, len, user_mask);
}

/* the right number of CPUs; the head's own numbers differ if nodes have left */
static long guest_affinity(unsigned int len, unsigned long __user *user_mask)
{
	unsigned long *bits;
	struct ssi_load sum;

	if (!sum_for_guest(&sum))
		return 0;
	bits = bitmap_zalloc(sum.cpus, GFP_KERNEL);
	if (bits)
		bitmap_set(bits, 0, sum.cpus);
	return copy_mask(bits, sum.cpus, len, user_mask);
}

long ssi_view_getaffinity(pid_t pid, unsigned int len,
			  unsigned long __user *mask)
{
	if (pid && pid != task_pid_vnr(current) && pid != task_tgid_vnr(current))
		return 0;
	if (!ssi_audience_has_current() || !is_unrestricted())
		return 0;
	return ssi_is_guest() ? guest_affinity(len, mask) :
				home_affinity(len, mask);
}
