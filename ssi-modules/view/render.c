// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small files of /proc and /sys for the whole cluster: loadavg, uptime, meminfo
 * and the lists of CPUs.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/sched/loadavg.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "cluster.h"
#include "render.h"

/* the @index'th load average of all nodes x 100 */
static u32 node_average(const struct ssi_cluster *cluster, u32 index)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < cluster->count; i++)
		sum += cluster->nodes[i].load.average[index];
	return (u32)((sum * 100 + FIXED_1 / 2) >> FSHIFT);
}

void ssi_render_loadavg(struct seq_file *m, char *text,
			const struct ssi_cluster *cluster)
{
	u32 whole[3], part[3], running, tasks, i;
	int last;

	if (sscanf(text, "%u.%u %u.%u %u.%u %u/%u %d", &whole[0], &part[0],
		   &whole[1], &part[1], &whole[2], &part[2], &running, &tasks,
		   &last) != 9) {
		seq_puts(m, text);
		return;
	}
	for (i = 0; i < 3; i++) {
		u32 sum = whole[i] * 100 + part[i] + node_average(cluster, i);

		seq_printf(m, "%u.%02u ", sum / 100, sum % 100);
	}
	/* every process of the nodes has a shadow: it is in @tasks already */
	for (i = 0; i < cluster->count; i++)
		running += cluster->nodes[i].load.running;
	seq_printf(m, "%u/%u %d\n", running, tasks, last);
}

void ssi_render_uptime(struct seq_file *m, char *text,
		       const struct ssi_cluster *cluster)
{
	unsigned long up, up_part, idle, idle_part;
	u64 sum;
	u32 i, rest;

	if (sscanf(text, "%lu.%lu %lu.%lu", &up, &up_part, &idle,
		   &idle_part) != 4) {
		seq_puts(m, text);
		return;
	}
	sum = (u64)idle * 100 + idle_part;
	for (i = 0; i < cluster->count; i++)
		sum += div_u64(cluster->nodes[i].load.cpu_ns[CPUTIME_IDLE],
			       NSEC_PER_SEC / 100);
	sum = div_u64_rem(sum, 100, &rest);
	seq_printf(m, "%lu.%02lu %llu.%02u\n", up, up_part, sum, rest);
}

/* bytes of all nodes that belong to this line of meminfo */
static u64 node_memory(const struct ssi_cluster *cluster, const char *line)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < cluster->count; i++) {
		const struct ssi_load *load = &cluster->nodes[i].load;

		if (str_has_prefix(line, "MemTotal:"))
			sum += load->memory;
		else if (str_has_prefix(line, "MemFree:"))
			sum += load->memory_unused;
		else if (str_has_prefix(line, "MemAvailable:"))
			sum += load->memory_free;
		else if (str_has_prefix(line, "Cached:"))
			sum += load->memory_cached;
	}
	return sum;
}

void ssi_render_meminfo(struct seq_file *m, char *text,
			const struct ssi_cluster *cluster)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		u64 more = node_memory(cluster, line);
		unsigned long long kilobytes;
		char name[32];

		if (more && sscanf(line, "%31s %llu", name, &kilobytes) == 2)
			seq_printf(m, "%-16s%8llu kB\n", name,
				   kilobytes + (more >> 10));
		else if (text)	/* else it is what follows the last newline */
			seq_printf(m, "%s\n", line);
	}
}

/* ranges of CPUs on their way out; neighbours are joined */
struct cpu_list {
	struct seq_file *m;
	u32 start, end;		/* the last range; @end is behind it */
	bool separate;		/* something is written already */
};

static void flush_range(struct cpu_list *list)
{
	if (list->start == list->end)
		return;
	if (list->separate)
		seq_putc(list->m, ',');
	seq_printf(list->m, "%u", list->start);
	if (list->end - list->start > 1)
		seq_printf(list->m, "-%u", list->end - 1);
	list->separate = true;
}

static void append_range(struct cpu_list *list, u32 start, u32 end)
{
	if (start != list->end) {
		flush_range(list);
		list->start = start;
	}
	list->end = end;
}

void ssi_render_cpu_list(struct seq_file *m, const struct cpumask *own,
			 const struct ssi_cluster *cluster)
{
	struct cpu_list list = { .m = m };
	unsigned int cpu;
	u32 i;

	for_each_cpu(cpu, own)
		append_range(&list, cpu, cpu + 1);
	for (i = 0; cluster && i < cluster->count; i++)
		append_range(&list, cluster->nodes[i].first_cpu,
			     cluster->nodes[i].first_cpu + cluster->nodes[i].cpus);
	flush_range(&list);
	seq_putc(m, '\n');
}
