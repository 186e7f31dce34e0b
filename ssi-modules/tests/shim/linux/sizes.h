/* SPDX-License-Identifier: GPL-2.0-only */
#define SZ_4K 0x1000
#define SZ_64K 0x10000
#define SZ_1M 0x100000
#define SZ_8M 0x800000
