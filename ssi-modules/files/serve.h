/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_SERVE_H
#define _SSI_FILES_SERVE_H

struct work_struct;

/* of a handle: serves its requests one after the other */
void ssi_serve_work(struct work_struct *work);
int ssi_serve_init(void);
void ssi_serve_exit(void);
#endif /* _SSI_FILES_SERVE_H */
