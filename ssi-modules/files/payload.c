// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct kstat on the wire. Device numbers are those of the owner; both kernels
 * are the same build, so the kernel's own form of dev_t is sent.
 */
#include "payload.h"

#include <ssi/message.h>

#include <linux/uidgid.h>

static void put_time(struct ssi_writer *w, const struct timespec64 *time)
{
	ssi_put_u64(w, time->tv_sec);
	ssi_put_u32(w, time->tv_nsec);
}

static void get_time(struct ssi_cursor *c, struct timespec64 *time)
{
	time->tv_sec = ssi_get_u64(c);
	time->tv_nsec = ssi_get_count(c, NSEC_PER_SEC - 1);
}

void ssi_put_stat(struct ssi_writer *w, const struct kstat *stat)
{
	ssi_put_u32(w, stat->mode);
	ssi_put_u32(w, stat->nlink);
	ssi_put_u32(w, from_kuid(&init_user_ns, stat->uid));
	ssi_put_u32(w, from_kgid(&init_user_ns, stat->gid));
	ssi_put_u32(w, stat->dev);
	ssi_put_u32(w, stat->rdev);
	ssi_put_u64(w, stat->ino);
	ssi_put_u64(w, stat->size);
	ssi_put_u64(w, stat->blocks);
	ssi_put_u32(w, stat->blksize);
	put_time(w, &stat->atime);
	put_time(w, &stat->mtime);
	put_time(w, &stat->ctime);
}

void ssi_get_stat(struct ssi_cursor *c, struct kstat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->result_mask = STATX_BASIC_STATS;
	stat->mode = ssi_get_count(c, S_IFMT | S_IALLUGO);
	stat->nlink = ssi_get_u32(c);
	stat->uid = make_kuid(&init_user_ns, ssi_get_u32(c));
	stat->gid = make_kgid(&init_user_ns, ssi_get_u32(c));
	stat->dev = ssi_get_u32(c);
	stat->rdev = ssi_get_u32(c);
	stat->ino = ssi_get_u64(c);
	stat->size = ssi_get_u64(c);
	stat->blocks = ssi_get_u64(c);
	stat->blksize = ssi_get_u32(c);
	get_time(c, &stat->atime);
	get_time(c, &stat->mtime);
	get_time(c, &stat->ctime);
	if (stat->size < 0)
		ssi_cursor_fail(c);
}
