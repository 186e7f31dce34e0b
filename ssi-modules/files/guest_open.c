// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest may open where it is. A FIFO, device or socket of the shared root
 * has its other users at home, and only there are appends of several machines
 * one after the other.
 */
#include "homefs.h"
#include "remote.h"

#include <ssi/files.h>

#include <linux/fs.h>
#include <linux/ssi.h>

int ssi_files_guest_open(struct file *file)
{
	const struct inode *inode = file_inode(file);

	if (ssi_file_is_remote(file))
		return 0;
	switch (inode->i_mode & S_IFMT) {
	case S_IFIFO:
		/* a pipe of its own, through /proc/self/fd */
		return inode->i_sb->s_flags & SB_NOUSER ? 0 : -ESSIHOME;
	case S_IFSOCK:
	case S_IFBLK:
		return -ESSIHOME;
	case S_IFCHR:
		return ssi_is_memory_device(inode->i_rdev) ? 0 : -ESSIHOME;
	case S_IFREG:
		if (file->f_flags & O_APPEND && file->f_mode & FMODE_WRITE)
			return -ESSIHOME;
	}
	return 0;
}
