/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_PULL_QUEUE_H
#define _SSI_PULL_QUEUE_H
/*
 * PULL messages for the pages of a captured image. Whoever has captured it
 * answers them in its own context until the other side has all it wants.
 */
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct ssi_capture;
struct ssi_message;
struct ssi_peer;

struct ssi_pull_queue {
	spinlock_t lock;	/* of the two below */
	struct list_head list;	/* struct ssi_message, each with a reference */
	bool open;		/* there is a captured image */
	wait_queue_head_t *wait;	/* of the captured task */
};

/* @wait is woken for each message */
void ssi_pull_queue_init(struct ssi_pull_queue *q, wait_queue_head_t *wait);
void ssi_pull_queue_open(struct ssi_pull_queue *q);
/* Context: any. 0, or -ESRCH: nothing is captured */
int ssi_pull_queue_add(struct ssi_pull_queue *q, struct ssi_message *msg);
bool ssi_pull_queue_waits(struct ssi_pull_queue *q);
/* answer what is there; in the captured task */
void ssi_pull_queue_serve(struct ssi_pull_queue *q, struct ssi_peer *peer,
			  const struct ssi_capture *capture);
/* no more: what is left is answered -ESRCH. Also of a queue that is not open */
void ssi_pull_queue_close(struct ssi_pull_queue *q, struct ssi_peer *peer);
#endif /* _SSI_PULL_QUEUE_H */
