// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of knfsd's file handles (fs/nfsd/nfsfh.h): version 1, authentication
 * type 0, type of the export's identifier, type of the file's; then both.
 * Compiled for user space too, by its test.
 */
#include "nfs_handle.h"

#include <linux/errno.h>
#include <linux/kernel.h>

#define HANDLE_HEAD_BYTES	4
#define HANDLE_VERSION		1

int ssi_nfs_handle_file(const u8 *handle, u32 bytes, u32 *type, u32 *start)
{
	/* of the export's identifier, by its type (enum fsid_source) */
	static const u8 export_bytes[] = { 8, 4, 12, 8, 8, 8, 16, 24 };

	if (bytes < HANDLE_HEAD_BYTES || handle[0] != HANDLE_VERSION ||
	    handle[1] || handle[2] >= ARRAY_SIZE(export_bytes))
		return -EOPNOTSUPP;
	*start = HANDLE_HEAD_BYTES + export_bytes[handle[2]];
	if (*start > bytes)
		return -EOPNOTSUPP;
	*type = handle[3];
	return 0;
}
