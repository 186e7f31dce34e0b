// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/stat and /proc/cpuinfo for the whole cluster.
 *
 * A node tells the sum of its CPUs' times; the view gives each of its CPUs an
 * equal part. Interrupts, context switches and forks stay those of the head: its
 * shadows fork for all. Entries of cpuinfo for the CPUs of nodes say which CPU
 * of which node it is, but no features: programs may not rely on the features
 * of a machine that they are not on.
 */
#include <linux/kernel.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/param.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "cluster.h"
#include "render.h"

/* the ten numbers of a "cpu" line of /proc/stat are in this order */
static const u8 columns[SSI_CPU_STATS] = {
	CPUTIME_USER, CPUTIME_NICE, CPUTIME_SYSTEM, CPUTIME_IDLE,
	CPUTIME_IOWAIT, CPUTIME_IRQ, CPUTIME_SOFTIRQ, CPUTIME_STEAL,
	CPUTIME_GUEST, CPUTIME_GUEST_NICE,
};

static u64 clock_ticks(u64 ns)
{
	return div_u64(ns, NSEC_PER_SEC / USER_HZ);
}

/* the line of all CPUs; false: it is not as expected, nothing was written */
static bool show_sum(struct seq_file *m, const char *line,
		     const struct ssi_cluster *cluster)
{
	unsigned long long v[SSI_CPU_STATS];
	u32 i, column;

	if (sscanf(line, "cpu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu",
		   &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7],
		   &v[8], &v[9]) != SSI_CPU_STATS)
		return false;
	for (i = 0; i < cluster->count; i++)
		for (column = 0; column < SSI_CPU_STATS; column++)
			v[column] += clock_ticks(cluster->nodes[i].load
						 .cpu_ns[columns[column]]);
	seq_puts(m, "cpu ");
	for (column = 0; column < SSI_CPU_STATS; column++)
		seq_printf(m, " %llu", v[column]);
	seq_putc(m, '\n');
	return true;
}

static void show_node_times(struct seq_file *m,
			    const struct ssi_cluster_node *node)
{
	u32 cpu, column;

	for (cpu = 0; cpu < node->cpus; cpu++) {
		seq_printf(m, "cpu%u", node->first_cpu + cpu);
		for (column = 0; column < SSI_CPU_STATS; column++)
			seq_printf(m, " %llu",
				   clock_ticks(div_u64(node->load.cpu_ns[columns[column]],
						       node->cpus)));
		seq_putc(m, '\n');
	}
}

static u32 node_running(const struct ssi_cluster *cluster)
{
	u32 sum = 0, i;

	for (i = 0; i < cluster->count; i++)
		sum += cluster->nodes[i].load.running;
	return sum;
}

void ssi_render_stat(struct seq_file *m, char *text,
		     const struct ssi_cluster *cluster)
{
	bool nodes_shown = false;
	char *line;
	u32 i;

	while ((line = strsep(&text, "\n"))) {
		u32 running;

		if (!text)	/* what follows the last newline */
			break;
		if (!nodes_shown && !str_has_prefix(line, "cpu")) {
			for (i = 0; i < cluster->count; i++)
				show_node_times(m, &cluster->nodes[i]);
			nodes_shown = true;
		}
		if (str_has_prefix(line, "cpu ") && show_sum(m, line, cluster))
			continue;
		if (sscanf(line, "procs_running %u", &running) == 1)
			seq_printf(m, "procs_running %u\n",
				   running + node_running(cluster));
		else
			seq_printf(m, "%s\n", line);
	}
}

void ssi_render_cpuinfo(struct seq_file *m, char *text,
			const struct ssi_cluster *cluster)
{
	u32 i, cpu;

	seq_puts(m, text);
	for (i = 0; i < cluster->count; i++) {
		const struct ssi_cluster_node *node = &cluster->nodes[i];

		for (cpu = 0; cpu < node->cpus; cpu++)
			seq_printf(m,
				   "processor\t: %u\n"
				   "model name\t: CPU %u of node %s\n"
				   "physical id\t: %u\n"
				   "siblings\t: %u\n"
				   "core id\t\t: %u\n"
				   "cpu cores\t: %u\n\n",
				   node->first_cpu + cpu, cpu, node->name,
				   1000 + node->node, node->cpus, cpu,
				   node->cpus);
	}
}
