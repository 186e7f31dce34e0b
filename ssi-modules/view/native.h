/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_VIEW_NATIVE_H
#define _SSI_VIEW_NATIVE_H
#include <linux/types.h>

/**
 * ssi_native_read - what the kernel itself says in a file of /proc
 * @name: relative to /proc
 * @bytes: set to the length of the text
 *
 * Context: process context, may sleep. What depends on the reader (its pid
 * and time namespaces) is current's.
 * Return: the text, ended by NUL too, to be kvfree'd; or an ERR_PTR.
 */
char *ssi_native_read(const char *name, size_t *bytes);

int ssi_native_init(void);
void ssi_native_exit(void);
#endif /* _SSI_VIEW_NATIVE_H */
