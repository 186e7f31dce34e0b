/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_KINDS_H
#define _SSI_FILES_KINDS_H
/*
 * Kinds of anonymous files: what becomes of each when its process moves. A kind
 * has one row in kinds.c, and a file of its own here if it is made anew where the
 * process goes.
 */
#include <linux/types.h>

#include <ssi/message.h>

struct file;

#define SSI_WATCHES_MAX	65536

/* What a file that is made anew consists of. */
struct ssi_made {
	u8 kind;		/* row in kinds.c */
	u32 flags;		/* O_NONBLOCK or 0 */
	u32 count;
	struct ssi_watch {
		u32 fd;
		u32 events;
		u64 data;
	} watch[];
};

struct ssi_kind {
	const char *name;	/* of its files, as /proc/PID/fd shows them */
	/* what keeps a process that has one; NULL: nothing, it stays as a remote file */
	const char *why;
	/* a copy does for each of those that share it */
	bool personal;
	/* made anew from one entry, no more and no less */
	bool single;
	/*
	 * Set if it can be made anew.
	 * look: what it consists of, without kind and flags; ERR_PTR. @complete:
	 * false if something in it can not be carried and was left out
	 */
	struct ssi_made *(*look)(struct file *file, bool *complete);
	/* a descriptor of the new one, or an errno; in the new memory */
	int (*make)(const struct ssi_made *made);
	/* once all descriptors are there; may be NULL */
	int (*fill)(int fd, const struct ssi_made *made);
};

/* of an anonymous file that has a row; NULL */
const struct ssi_kind *ssi_kind_of(struct file *file);
/* of a row; NULL: it can not be made anew. @kind comes from the wire */
const struct ssi_kind *ssi_kind_made(u8 kind);

struct ssi_made *ssi_made_new(u32 count);
/* write what @file consists of; as much as can be carried */
int ssi_made_put(struct ssi_writer *w, struct file *file, const struct ssi_kind *kind);
/* read it; NULL: no memory, or the cursor has an error now */
struct ssi_made *ssi_made_get(struct ssi_cursor *c);

struct ssi_made *ssi_epoll_look(struct file *file, bool *complete);
int ssi_epoll_make(const struct ssi_made *made);
int ssi_epoll_fill(int fd, const struct ssi_made *made);

struct ssi_made *ssi_signalfd_look(struct file *file, bool *complete);
int ssi_signalfd_make(const struct ssi_made *made);
#endif /* _SSI_FILES_KINDS_H */
