/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_MIGRATE_USAGE_H
#define _SSI_MIGRATE_USAGE_H
/*
 * What a process has used, as getrusage() tells it. It goes along with an image, so
 * that no counter goes back; the node tells the sums and home adds what has grown.
 */
#include <linux/types.h>

struct ssi_cursor;
struct ssi_writer;
struct task_struct;

struct ssi_usage {
	u64 utime_ns, stime_ns;
	u64 maxrss;		/* pages */
	u64 minflt, majflt, inblock, oublock, nvcsw, nivcsw;
};

void ssi_usage_of(struct task_struct *task, struct ssi_usage *usage);
/* of the children that current has waited for */
void ssi_usage_of_children(struct ssi_usage *usage);
void ssi_put_usage(struct ssi_writer *w, const struct ssi_usage *usage);
void ssi_get_usage(struct ssi_cursor *c, struct ssi_usage *usage);
/* current is new here, and begins with this */
void ssi_install_usage(const struct ssi_usage *own, const struct ssi_usage *children);
/* these CPU times current has seen: it will see none below them */
void ssi_usage_told(const struct ssi_usage *usage);
#endif /* _SSI_MIGRATE_USAGE_H */
