/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_MESSAGE_GROW_H
#define _SSI_MESSAGE_GROW_H
#include <linux/types.h>

struct ssi_message;

/* make room for @length bytes of payload, what is there is kept; -ENOMEM */
int ssi_message_grow(struct ssi_message *msg, u32 length, gfp_t gfp);
#endif /* _SSI_MESSAGE_GROW_H */
