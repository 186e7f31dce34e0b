// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of calls that are made at home for a guest's path.
 */
#include <linux/kernel.h>
#include <linux/stat.h>
#include <linux/statfs.h>
#include <linux/unistd.h>

#include "path_call.h"

#define NO_SIZE	(-1)

static const struct ssi_path_call calls[] = {
	{ __NR_stat, 0, 1, NO_SIZE, sizeof(struct stat) },
	{ __NR_lstat, 0, 1, NO_SIZE, sizeof(struct stat) },
	{ __NR_newfstatat, 1, 2, NO_SIZE, sizeof(struct stat) },
	{ __NR_statx, 1, 4, NO_SIZE, sizeof(struct statx) },
	{ __NR_statfs, 0, 1, NO_SIZE, sizeof(struct statfs) },
	{ __NR_access, 0, -1, NO_SIZE, 0 },
	{ __NR_faccessat, 1, -1, NO_SIZE, 0 },
	{ __NR_faccessat2, 1, -1, NO_SIZE, 0 },
	{ __NR_readlink, 0, 1, 2, 0 },
	{ __NR_readlinkat, 1, 2, 3, 0 },
};

const struct ssi_path_call *ssi_path_call(u32 nr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}
