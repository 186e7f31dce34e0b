/* SPDX-License-Identifier: GPL-2.0-only */
#define WARN_ON_ONCE(condition) (condition)
