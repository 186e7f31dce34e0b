/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_USAGE_H
#define _SSI_USAGE_H
/* the node's push of its guests' usage, once a second */
void ssi_usage_start(void);
void ssi_usage_stop(void);
#endif /* _SSI_USAGE_H */
