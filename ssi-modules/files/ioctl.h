/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_IOCTL_H
#define _SSI_FILES_IOCTL_H
/*
 * The ioctls that cross machines. Any other one on a remote file sends a guest
 * home.
 */
#include <linux/types.h>

struct file;

#define SSI_IOCTL_IN	1	/* the argument points to data for the call */
#define SSI_IOCTL_OUT	2	/* ... to room for its result */

struct ssi_ioctl {
	u32 command;
	u8 how;			/* SSI_IOCTL_ bits; 0: the argument is a value */
	u16 bytes;		/* what it points to */
	bool any;		/* not for terminals only */
};

/* NULL: it is not in the table */
const struct ssi_ioctl *ssi_ioctl_find(u32 command);

/**
 * ssi_ioctl_run - do it on a local file
 * @file: which
 * @call: row of the table
 * @value: the argument if it is a value
 * @in: call->bytes if SSI_IOCTL_IN
 * @out: room for call->bytes if SSI_IOCTL_OUT; filled on success
 *
 * Context: a user process; a page of its address space is used for a moment.
 * Return: of the ioctl; -ENOMEM.
 */
s64 ssi_ioctl_run(struct file *file, const struct ssi_ioctl *call, u64 value,
		  const void *in, void *out);
#endif /* _SSI_FILES_IOCTL_H */
