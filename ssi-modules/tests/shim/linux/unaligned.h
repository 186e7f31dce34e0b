/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_UNALIGNED_H
#define SHIM_LINUX_UNALIGNED_H
/* The tests run on little-endian machines, as the kernel does. */
#include <linux/types.h>
#include <string.h>

#define cpu_to_le32(value) (value)
#define cpu_to_le64(value) (value)

static inline u32 get_unaligned_le32(const void *at)
{
	u32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline u64 get_unaligned_le64(const void *at)
{
	u64 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline void put_unaligned_le32(u32 value, void *at)
{
	memcpy(at, &value, sizeof(value));
}
#endif
