/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_LISTS_H
#define _SSI_POLICY_LISTS_H
#include <linux/types.h>

/* what the lists of the policy say of current and of a program; any context */
bool ssi_lists_spread(const char *name);
bool ssi_lists_stay(const char *name);
bool ssi_lists_session(void);
/* forget all; nobody calls the others any more */
void ssi_lists_clear(void);
#endif /* _SSI_POLICY_LISTS_H */
