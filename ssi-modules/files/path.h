/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_PATH_H
#define _SSI_FILES_PATH_H

#include <linux/types.h>

struct path;
struct ssi_cursor;

/* read over a path without walking it */
void ssi_path_skip(struct ssi_cursor *c);
#endif /* _SSI_FILES_PATH_H */
