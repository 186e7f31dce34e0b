// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a process runs, why there, and what keeps it.
 */
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "move.h"
#include "shadow.h"

/* A process gets to an answer at its next way to user mode. */
#define ASK_MS	1000

static void tell_place(struct task_struct *task, struct dolmen_why *why)
{
	struct ssi_shadow *s;

	why->node = SSI_HEAD;
	why->state = DOLMEN_PROCESS_HOME;
	rcu_read_lock();
	s = ssi_shadow_of(task);
	if (s) {
		why->node = s->peer->node;
		why->state = READ_ONCE(s->state);
	}
	rcu_read_unlock();
}

int ssi_process_why(struct dolmen_why *why)
{
	struct task_struct *task = ssi_process_get(why->pid);
	const char *there = NULL;
	int ret;

	if (!task)
		return -ESRCH;
	ret = ssi_move_process(why->pid, SSI_MOVE_ASK, ASK_MS, why->keeps);
	if (ret != -ESRCH && ret != -EPERM && ret != -EINTR) {
		tell_place(task, why);
		why->decided = ssi_policy_story(task, &why->cause, &there);
		strscpy(why->there, there ?: "");
		if (ret && !why->keeps[0])
			strscpy(why->keeps, "it can not be asked now");
		ret = 0;
	}
	put_task_struct(task);
	return ret;
}
