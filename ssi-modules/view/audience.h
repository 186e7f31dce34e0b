/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_VIEW_AUDIENCE_H
#define _SSI_VIEW_AUDIENCE_H
#include <linux/types.h>

/* current shall see all machines as one; else what it sees is its own kernel's */
bool ssi_audience_has_current(void);
#endif /* _SSI_VIEW_AUDIENCE_H */
