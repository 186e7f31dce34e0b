/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_COUNTERS_H
#define _SSI_POLICY_COUNTERS_H

int ssi_counters_init(void);	/* 0, -ENOMEM */
void ssi_counters_exit(void);
#endif /* _SSI_POLICY_COUNTERS_H */
