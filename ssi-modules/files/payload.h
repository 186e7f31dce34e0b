/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_PAYLOAD_H
#define _SSI_FILES_PAYLOAD_H
/*
 * Payloads of the FILE_ messages. Every request begins with the u64 handle:
 *
 *	FILE_READ	u64 position, u32 bytes
 *	FILE_WRITE	u64 position, blob data
 *	FILE_POLL	u32 events that are waited for
 *	FILE_IOCTL	u32 command, u64 value, blob what the pointer points to
 *	FILE_SEEK	u64 offset, u32 whence
 *	FILE_STAT	-
 *	FILE_SYNC	u32 data only
 *	FILE_FLAGS	u32 O_ flags
 *	FILE_TRUNCATE	u64 size
 *	FILE_EVENT	-
 *	FILE_RELEASE	u32 references
 *
 * FILE_DONE: u64 result (as the system call has it: negative errno), u32 O_
 * flags of the description, then for FILE_READ and FILE_IOCTL a blob, for
 * FILE_STAT a stat. Its header's status is an error only if there is no
 * such handle (-EBADF) or no memory.
 */
#include <linux/stat.h>
#include <linux/types.h>

struct ssi_cursor;
struct ssi_writer;

/* the description's own position, not one given by the caller */
#define SSI_POS_CURRENT		((loff_t)1 << 62)

#define SSI_FILE_DONE_BYTES	16	/* up to the bytes of the blob */

/* what F_SETFL may change in a description that others have too */
#define SSI_FILE_SHARED_FLAGS	(O_NONBLOCK | O_APPEND)

#define SSI_READ_EVENTS		(EPOLLIN | EPOLLRDNORM | EPOLLERR | EPOLLHUP)
#define SSI_WRITE_EVENTS	(EPOLLOUT | EPOLLWRNORM | EPOLLERR | EPOLLHUP)

void ssi_put_stat(struct ssi_writer *w, const struct kstat *stat);
void ssi_get_stat(struct ssi_cursor *c, struct kstat *stat);
#endif /* _SSI_FILES_PAYLOAD_H */
