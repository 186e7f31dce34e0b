/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_VIEW_RENDER_H
#define _SSI_VIEW_RENDER_H
#include <linux/types.h>

struct cpumask;
struct seq_file;
struct ssi_cluster;

/*
 * Each writes one file of /proc for the whole cluster into @m: the head's own
 * text in @text (NUL-terminated; may be changed), with the nodes added.
 */
typedef void ssi_render_fn(struct seq_file *m, char *text,
			   const struct ssi_cluster *cluster);

ssi_render_fn ssi_render_stat;
ssi_render_fn ssi_render_cpuinfo;
ssi_render_fn ssi_render_meminfo;
ssi_render_fn ssi_render_loadavg;
ssi_render_fn ssi_render_uptime;

/* a list as in /sys/devices/system/cpu; NULL as @cluster: only @own */
void ssi_render_cpu_list(struct seq_file *m, const struct cpumask *own,
			 const struct ssi_cluster *cluster);
#endif /* _SSI_VIEW_RENDER_H */
