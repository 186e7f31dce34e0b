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

/**
 * ssi_move_process - move a process and wait until it runs there
 * @pid: of the process, at home
 * @node: where to; SSI_HEAD is home
 * @timeout_ms: how long to try; what can not be done at this instant is tried again
 * @why: DOLMEN_REASON_LEN bytes: what was in the way, in words
 *
 * Nothing has happened to the process if it fails.
 * Context: process context, killable; an interruption gives up as a timeout does.
 * Return: 0; -ESRCH; -EPERM: somebody else's; -ENODEV: no such node is up;
 * -EBUSY: not within the time, @why; -EOPNOTSUPP: it has something that can not
 * move yet, @why; or what the node has answered.
 */
int ssi_move_process(s32 pid, u32 node, u32 timeout_ms, char *why);

/* the process is home (its own task): done, or on to the node; NULL is fine */
void ssi_move_on(struct ssi_move *move);
/* it is over; @why is constant text. Context: any. NULL is fine */
void ssi_move_end(struct ssi_move *move, int result, const char *why);

u64 ssi_process_moves(void);	/* under way; for the audit */
#endif /* _SSI_MOVE_H */
