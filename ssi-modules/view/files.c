// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/dolmen/view: one file for each file of /proc and /sys that tells of the
 * machine's size or load, to be bind-mounted over it (README.md here has the
 * list). Who opens one decides what is in it: a process outside the cluster gets
 * exactly the text of the file that is covered, a process inside gets the sum of
 * all machines. As with the native files, each read from the start is fresh.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>

#include "audience.h"
#include "cluster.h"
#include "native.h"
#include "render.h"
#include "view.h"

/* a file, as one of its two kinds of readers has it open */
struct reading {
	bool cluster;
	const char *name;		/* in /proc; or: */
	ssi_render_fn *render;
	const struct cpumask *cpus;	/* a list of /sys/devices/system/cpu */
};

#define NATIVE	0
#define CLUSTER	1

static const struct view_file {
	const char *name;		/* in /proc/dolmen/view */
	struct reading readings[2];	/* NATIVE, CLUSTER */
} view_files[] = {
#define PROC_FILE(file)							\
	{ #file, { { false, #file, ssi_render_##file, NULL },		\
		   { true, #file, ssi_render_##file, NULL } } }
#define CPU_FILE(file)							\
	{ "cpu-" #file, { { false, NULL, NULL, cpu_##file##_mask },	\
			  { true, NULL, NULL, cpu_##file##_mask } } }
	PROC_FILE(stat),
	PROC_FILE(cpuinfo),
	PROC_FILE(meminfo),
	PROC_FILE(loadavg),
	PROC_FILE(uptime),
	CPU_FILE(online),
	CPU_FILE(possible),
	CPU_FILE(present),
};

static int show_proc(struct seq_file *m, const struct reading *reading,
		     const struct ssi_cluster *cluster)
{
	size_t bytes;
	char *text = ssi_native_read(reading->name, &bytes);

	if (IS_ERR(text))
		return PTR_ERR(text);
	if (cluster)
		reading->render(m, text, cluster);
	else
		seq_write(m, text, bytes);
	kvfree(text);
	return 0;
}

static int view_show(struct seq_file *m, void *v)
{
	const struct reading *reading = m->private;
	struct ssi_cluster *cluster = NULL;
	int ret = 0;

	if (reading->cluster) {
		cluster = ssi_cluster_survey();
		if (!cluster)
			return -ENOMEM;
	}
	if (reading->name)
		ret = show_proc(m, reading, cluster);
	else
		ssi_render_cpu_list(m, reading->cpus, cluster);
	ssi_cluster_free(cluster);
	return ret;
}

static int view_open(struct inode *inode, struct file *file)
{
	/* always taken before the lock of a native file, which is of this type too */
	static struct lock_class_key outer;
	const struct view_file *view = pde_data(inode);
	int kind = ssi_audience_has_current() ? CLUSTER : NATIVE;
	int ret = single_open_size(file, view_show, (void *)&view->readings[kind], SZ_8K);

	if (!ret)
		lockdep_set_class(&((struct seq_file *)file->private_data)->lock, &outer);
	return ret;
}

static const struct proc_ops view_ops = {
	.proc_open	= view_open,
	.proc_read_iter	= seq_read_iter,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

static struct proc_dir_entry *root;

static int create_files(void)
{
	struct proc_dir_entry *dir = proc_mkdir("view", root);
	size_t i;

	if (!dir)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(view_files); i++)
		if (!proc_create_data(view_files[i].name, 0444, dir, &view_ops,
				      (void *)&view_files[i]))
			return -ENOMEM;
	return 0;
}

int ssi_view_init(void)
{
	int ret = ssi_native_init();

	if (ret)
		return ret;
	ret = -ENOMEM;
	root = proc_mkdir("dolmen", NULL);
	if (!root)
		goto err_native;
	ret = create_files();
	if (!ret)
		return 0;
	proc_remove(root);
err_native:
	ssi_native_exit();
	return ret;
}

void ssi_view_exit(void)
{
	proc_remove(root);
	ssi_native_exit();
}
