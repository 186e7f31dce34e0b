/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_PATH_CALL_H
#define _SSI_PATH_CALL_H
/*
 * System calls that read about a path and change nothing. If the path leads to
 * what only home has (/proc, /sys, /dev, mounts that are not exported), the
 * shadow makes the call for its guest instead of taking it home.
 */
#include <linux/fcntl.h>
#include <linux/types.h>

/* of an open that only reads, and that may be done for somebody else */
#define SSI_OPEN_FLAGS		(O_NOFOLLOW | O_NONBLOCK | O_LARGEFILE | O_NOCTTY)
#define SSI_PATH_OUT_MAX	4096	/* bytes that a call may write */

struct ssi_path_call {
	u16 nr;
	s8 path;		/* number of the argument that is the path */
	s8 out;			/* ... the buffer to be filled; -1: none */
	s8 size;		/* ... its size; -1: it is @bytes */
	u16 bytes;
};

/* NULL: none of them */
const struct ssi_path_call *ssi_path_call(u32 nr);
#endif /* _SSI_PATH_CALL_H */
