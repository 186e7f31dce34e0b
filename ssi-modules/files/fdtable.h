/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_FDTABLE_H
#define _SSI_FILES_FDTABLE_H

#include <linux/types.h>

struct file;

/* one descriptor of a table that is being written */
struct ssi_fd {
	struct file *file;	/* held by the table */
	u32 fd;
	u32 index;		/* of its description */
	bool cloexec;
	u64 given;		/* handle that was given for it, 0: none */
};
#endif /* _SSI_FILES_FDTABLE_H */
