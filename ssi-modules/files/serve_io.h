/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_SERVE_IO_H
#define _SSI_FILES_SERVE_IO_H

#include <linux/types.h>

struct file;
struct ssi_handle;

/**
 * ssi_serve_io - read or write a description without blocking
 * @handle: which
 * @direction: READ or WRITE
 * @data: to or from where
 * @bytes: 0..SSI_FILE_BYTES_MAX
 * @pos: file offset or SSI_POS_CURRENT
 *
 * Context: process context; in the shadow of the asker if the class is
 * SSI_FILE_SHADOW.
 * Return: bytes moved; -EAGAIN: nothing can be moved now; -ERESTARTSYS: to be
 * asked again after signals were handled; other negative errno.
 */
s64 ssi_serve_io(struct ssi_handle *handle, int direction, void *data, u32 bytes,
		 loff_t pos);

/**
 * ssi_io_needs_shadow - whether a file can be read or written with the help of
 * its user's process only
 * @file: any file
 *
 * Context: any.
 */
bool ssi_io_needs_shadow(const struct file *file);
#endif /* _SSI_FILES_SERVE_IO_H */
