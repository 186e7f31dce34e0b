/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_TYPES_H
#define SHIM_LINUX_TYPES_H
/* As much of the kernel's types as the pure parts of the module need. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
#endif
