/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_NFS_HANDLE_H
#define _SSI_FILES_NFS_HANDLE_H

#include <linux/types.h>

/**
 * ssi_nfs_handle_file - the part of knfsd's file handle that names the file
 * @handle: as the server gave it
 * @bytes: its length
 * @type: set to the type of the identifier, 0: the exported directory itself
 * @start: set to the offset of the identifier, which goes on to the end
 *
 * Return: 0, -EOPNOTSUPP: not a handle of knfsd, or one of a later version.
 */
int ssi_nfs_handle_file(const u8 *handle, u32 bytes, u32 *type, u32 *start);
#endif /* _SSI_FILES_NFS_HANDLE_H */
