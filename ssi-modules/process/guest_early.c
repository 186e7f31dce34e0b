// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages for children that are being forked. Home has forked already and may
 * send a signal to a child before it exists here: it is kept until the fork is
 * done.
 *
 * What comes for a guest that has just ended looks the same, and must not fill
 * the list while forks are always under way: the last that have ended are known.
 */
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "guest.h"

#define EARLY_MAX	1024
static LIST_HEAD(early);
static DEFINE_SPINLOCK(early_lock);
static int forks_under_way;	/* early_lock */
static int early_count;		/* early_lock */

#define ENDED_MAX	1024
static u64 ended[ENDED_MAX];	/* by incarnation; single words */

void ssi_guest_note_end(u64 incarnation)
{
	WRITE_ONCE(ended[incarnation % ENDED_MAX], incarnation);
}

void ssi_guest_forget_ends(void)
{
	memset(ended, 0, sizeof(ended));
}

int ssi_guest_keep_early(struct ssi_message *msg)
{
	int ret = -ESRCH;

	if (READ_ONCE(ended[msg->incarnation % ENDED_MAX]) == msg->incarnation)
		return ret;
	spin_lock_irq(&early_lock);
	if (forks_under_way && early_count < EARLY_MAX) {
		ssi_message_get(msg);
		list_add_tail(&msg->list, &early);
		early_count++;
		ret = 0;
	}
	spin_unlock_irq(&early_lock);
	return ret;
}

void ssi_guest_fork_begins(void)
{
	spin_lock_irq(&early_lock);
	forks_under_way++;
	spin_unlock_irq(&early_lock);
}

/* The child is in the table now (or will never be): deliver what was early. */
void ssi_guest_fork_ends(struct ssi_peer *peer)
{
	struct ssi_message *msg, *next;
	LIST_HEAD(list);
	bool last;

	spin_lock_irq(&early_lock);
	last = !--forks_under_way;
	list_splice_init(&early, &list);
	early_count = 0;
	spin_unlock_irq(&early_lock);

	list_for_each_entry_safe(msg, next, &list, list) {
		struct ssi_guest *g = ssi_guest_find(msg->pid, msg->incarnation);

		list_del_init(&msg->list);
		if (g)
			ssi_guest_handle(g, msg);
		else if ((last || ssi_guest_keep_early(msg)) && msg->type == SSI_KILL)
			ssi_reply_status(peer, msg, SSI_KILLED, -ESRCH);
		ssi_guest_put(g);
		ssi_message_put(msg);
	}
}
