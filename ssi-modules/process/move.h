/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_MOVE_H
#define _SSI_MOVE_H
/*
 * Moving a process that runs. Whoever wants it queues a task_work in the process
 * and waits; in its own context the process then goes where it shall: from the
 * head to a node as in a placement, from a node home as in a recall, and from
 * node to node by way of home.
 */
#include <linux/types.h>

struct ssi_move;
struct task_struct;

/* as a target: only ask what is in the way */
#define SSI_MOVE_ASK	U32_MAX

/* of that pid at home, with a reference; NULL */
struct task_struct *ssi_process_get(s32 pid);
/* the process is home (its own task): done, or on to the node; NULL is fine */
void ssi_move_on(struct ssi_move *move);
/* it is over; @why is constant text. Context: any. NULL is fine */
void ssi_move_end(struct ssi_move *move, int result, const char *why);
#endif /* _SSI_MOVE_H */
