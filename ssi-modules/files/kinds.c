// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kinds of open files that keep a running process where it is. All others are
 * opened again where it goes, or stay and become remote files there (fdtable.c).
 *
 * The kernel tells the kinds of anonymous files apart by their names only; those
 * are what /proc/PID/fd shows, so they stay. A kind that has no row here keeps
 * the process as well.
 */
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/string.h>

#include <ssi/files.h>

struct kind {
	const char *name;
	const char *why;
};

static const struct kind anonymous[] = {
	{ "[eventpoll]", "an epoll set" },
	{ "[eventfd]", "an eventfd" },
	{ "[timerfd]", "a timerfd" },
	{ "[signalfd]", "a signalfd" },
	{ "inotify", "an inotify descriptor" },
	{ "[fanotify]", "a fanotify descriptor" },
	{ "[io_uring]", "an io_uring" },
	{ "[userfaultfd]", "a userfaultfd" },
	{ "[perf_event]", "a performance counter" },
};

static int find_obstacle(const void *arg, struct file *file, unsigned int fd)
{
	const char **why = (const char **)arg;
	const struct super_block *sb = file_inode(file)->i_sb;
	const char *name = file->f_path.dentry->d_name.name;
	unsigned int i;

	if (sb->s_magic == PID_FS_MAGIC) {
		*why = "a pidfd";
	} else if (sb->s_magic == ANON_INODE_FS_MAGIC && !ssi_file_is_remote(file)) {
		*why = "an anonymous file of an unknown kind";
		for (i = 0; i < ARRAY_SIZE(anonymous); i++)
			if (!strcmp(name, anonymous[i].name))
				*why = anonymous[i].why;
	}
	return *why ? 1 : 0;
}

const char *ssi_files_obstacle(void)
{
	const char *why = NULL;

	iterate_fd(current->files, 0, find_obstacle, &why);
	return why;
}
