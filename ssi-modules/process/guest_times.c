// SPDX-License-Identifier: GPL-2.0-only
/*
 * times() of a guest: what it returns are ticks of the head, by the head's clock,
 * so that they go on when it moves.
 */
#include <linux/math64.h>
#include <linux/timekeeping.h>
#include <linux/unistd.h>
#include <asm/param.h>
#include <asm/syscall.h>

#include <ssi/peer.h>

#include "../migrate/clock.h"
#include "guest.h"

long ssi_guest_times(struct ssi_guest *g, const struct pt_regs *regs)
{
	long result = x64_sys_call(regs, __NR_times);
	u64 now = ktime_get_ns() + ssi_clock_offset(CLOCK_MONOTONIC);

	if (result == -EFAULT)
		return result;
	return div_u64(now + READ_ONCE(g->home->ticks_ns), NSEC_PER_SEC / USER_HZ);
}
