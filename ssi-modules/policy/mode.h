/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_MODE_H
#define _SSI_POLICY_MODE_H
#include <linux/types.h>

/**
 * struct ssi_mode - what a process was told about placing, and what came of it
 * @mode: enum dolmen_mode
 * @node: with DOLMEN_MODE_NODE
 * @kept: it runs at home because the head was the best choice
 * @why: constant text that goes with @cause; NULL: nothing was decided about it
 * @cause: enum dolmen_counter_kind: the last that was
 */
struct ssi_mode {
	u32 mode;
	u32 node;
	bool kept;
	u32 cause;
	const char *why;
};

/* of the process current belongs to; any context */
void ssi_mode_get(struct ssi_mode *mode);
/* 0, -ENOMEM */
int ssi_mode_set(u32 mode, u32 node);
/* current's program was kept at home by its score, or is no longer; may sleep */
void ssi_mode_keep(bool kept);
/* something was decided about current; may sleep, forgotten without memory */
void ssi_mode_note(u32 cause, const char *why);
/* how many processes have been kept and still run, those they made included */
u32 ssi_mode_kept(void);
/* forget all; nobody calls the others any more */
void ssi_mode_clear(void);
#endif /* _SSI_POLICY_MODE_H */
