/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_SYSCALL_TABLE_H
#define _SSI_SYSCALL_TABLE_H
/*
 * What a guest's system call is: done here, asked of home, or a reason to go
 * home. One row per call in syscall_table.c; a call without a row goes home.
 * docs/limits.md is made from it.
 */
#include <linux/types.h>

struct pt_regs;
struct ssi_guest;

enum ssi_where {
	SSI_GO_HOME,	/* the whole process, which then makes the call there */
	SSI_HERE,	/* the node's kernel, untouched */
	SSI_HERE_PATH,	/* the same, but may find that its object is at home */
	SSI_ASK_HOME,	/* home makes the call for it and answers */
	SSI_SPECIAL,	/* a function decides or does it */
};

/* For SSI_SPECIAL: what is to be done with this call after all. */
struct ssi_decision {
	enum ssi_where where;
	long result;	/* with SSI_SPECIAL: it is done, this is its result */
};

struct ssi_call_row {
	u8 where;
	struct ssi_decision (*decide)(struct ssi_guest *g, struct pt_regs *regs);
};

/* the row of call @nr; numbers that do not exist go home too (ENOSYS there) */
const struct ssi_call_row *ssi_call_row(unsigned long nr);
/* the "call" of a guest that was recalled */
#define SSI_CALL_RECALL	0xffff

/* its name without "sys_", or "call <nr>"; constant text of at most 31 bytes */
const char *ssi_call_name(unsigned int nr);
#endif /* _SSI_SYSCALL_TABLE_H */
