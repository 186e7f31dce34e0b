/* SPDX-License-Identifier: GPL-2.0-only */
#define HZ 1000
