/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_FDINFO_H
#define _SSI_FILES_FDINFO_H
/*
 * What /proc/PID/fdinfo says of a file: the kernel's own and lasting description
 * of files whose insides it keeps to itself.
 */
struct file;

/**
 * ssi_fdinfo - the lines that are of the file's kind
 * @file: its operations have show_fdinfo
 *
 * Context: process context, may sleep.
 * Return: text, to be freed by kvfree(); ERR_PTR: -ENOMEM; -E2BIG: beyond 4 MiB.
 */
char *ssi_fdinfo(struct file *file);
#endif /* _SSI_FILES_FDINFO_H */
