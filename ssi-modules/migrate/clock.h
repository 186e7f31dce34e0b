/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_CLOCK_H
#define _SSI_CLOCK_H
/*
 * Times that an image carries: instants of the clocks that the process sees, which
 * are those of the head on every machine. What passes while it moves counts.
 */
#include <linux/ktime.h>
#include <linux/time64.h>
#include <linux/time_namespace.h>

/* ns that CLOCK_MONOTONIC or CLOCK_BOOTTIME of current is ahead of this machine's */
static inline s64 ssi_clock_offset(clockid_t clock)
{
	struct timespec64 offset = {};

	if (clock == CLOCK_BOOTTIME)
		timens_add_boottime(&offset);
	else
		timens_add_monotonic(&offset);
	return timespec64_to_ns(&offset);
}
#endif /* _SSI_CLOCK_H */
