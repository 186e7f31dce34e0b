/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_CONTROL_H
#define _SSI_CONTROL_H
/* The interface to user land: /dev/dolmen and the events. */
#include <uapi/dolmen.h>

int ssi_device_init(void);
void ssi_device_exit(void);

int ssi_events_init(void);
void ssi_events_exit(void);

/* DOLMEN_IOC_NODES, _PROCESSES, _COUNTERS, _AUDIT */
long ssi_table_ioctl(unsigned int cmd, struct dolmen_table __user *arg);
#endif /* _SSI_CONTROL_H */
