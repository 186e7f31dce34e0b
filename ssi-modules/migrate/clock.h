/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_CLOCK_H
#define _SSI_CLOCK_H
/*
 * Times that an image carries: instants of the clocks that the process sees, which
 * are those of the head on every machine. What passes while it moves counts.
 */
#include <linux/ktime.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>

/* CLOCK_MONOTONIC or CLOCK_BOOTTIME as current sees it */
static inline s64 ssi_clock_now(clockid_t clock)
{
	const struct timens_offsets *offsets = &current->nsproxy->time_ns->offsets;

	if (clock == CLOCK_BOOTTIME)
		return ktime_get_boottime_ns() + timespec64_to_ns(&offsets->boottime);
	return ktime_get_ns() + timespec64_to_ns(&offsets->monotonic);
}

/* from now until @instant, 0 if it is over */
static inline u64 ssi_clock_left(u64 instant, clockid_t clock)
{
	s64 left = instant - ssi_clock_now(clock);

	return left > 0 ? left : 0;
}
#endif /* _SSI_CLOCK_H */
