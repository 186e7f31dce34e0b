/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_SIGHAND_H
#define _SSI_SIGHAND_H
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

/* Signal handlers of the caller: only it exchanges them, so no RCU is needed. */
static inline struct sighand_struct *ssi_own_sighand(void)
{
	return rcu_dereference_raw(current->sighand);
}

#endif /* _SSI_SIGHAND_H */
