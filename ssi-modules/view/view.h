/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_VIEW_H
#define _SSI_VIEW_H

int ssi_view_init(void);	/* /proc/dolmen; 0 or -errno */
void ssi_view_exit(void);
#endif /* _SSI_VIEW_H */
