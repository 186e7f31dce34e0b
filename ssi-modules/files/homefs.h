/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_HOMEFS_H
#define _SSI_FILES_HOMEFS_H

#include <linux/types.h>

#define SSI_HOMEFS_MAGIC	0x444c4d48	/* "DLMH" */

/* minor of null, zero, full, random, urandom; these are the same everywhere */
bool ssi_is_memory_device(dev_t device);
/* "/dev/null"...; NULL if it is none of them */
const char *ssi_memory_device_path(dev_t device);

int ssi_homefs_init(void);
void ssi_homefs_exit(void);
#endif /* _SSI_FILES_HOMEFS_H */
