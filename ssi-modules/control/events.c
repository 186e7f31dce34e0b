// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events for user land: a line in the log, and a notification of the generic
 * netlink family "dolmen". They may be raised anywhere, so a work item sends
 * them; one that finds no memory is in the log only.
 */
#include "control.h"

#include <linux/llist.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include <ssi/peer.h>

struct event {
	struct llist_node list;
	enum dolmen_event event;
	u32 node;
	u32 pid;
	u64 time;		/* CLOCK_REALTIME, ns */
	char text[96];
};

static LLIST_HEAD(pending);
static void events_send(struct work_struct *work);
static DECLARE_WORK(send_work, events_send);

static const char * const names[] = {
	[DOLMEN_EVENT_NODE_UP]		= "node is up",
	[DOLMEN_EVENT_NODE_DEAD]	= "node is dead",
	[DOLMEN_EVENT_HEAD_LOST]	= "the head is lost",
	[DOLMEN_EVENT_PROCESS_LOST]	= "process lost",
	[DOLMEN_EVENT_PROCESS_KILLED]	= "process killed",
	[DOLMEN_EVENT_REFUSED]		= "message refused",
};

static const struct genl_multicast_group groups[] = {
	{ .name = DOLMEN_GENL_GROUP },
};

static struct genl_family family __ro_after_init = {
	.name		= DOLMEN_GENL_NAME,
	.version	= DOLMEN_GENL_VERSION,
	.maxattr	= DOLMEN_A_MAX,
	.module		= THIS_MODULE,
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

static int event_put(struct sk_buff *skb, const struct event *event)
{
	void *header = genlmsg_put(skb, 0, 0, &family, 0, DOLMEN_CMD_EVENT);

	if (!header ||
	    nla_put_u32(skb, DOLMEN_A_EVENT, event->event) ||
	    nla_put_u32(skb, DOLMEN_A_NODE, event->node) ||
	    nla_put_u32(skb, DOLMEN_A_PID, event->pid) ||
	    nla_put_string(skb, DOLMEN_A_TEXT, event->text) ||
	    nla_put(skb, DOLMEN_A_TIME, sizeof(event->time), &event->time))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

static void event_multicast(const struct event *event)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_NOIO);

	if (!skb)
		return;
	if (event_put(skb, event))
		nlmsg_free(skb);
	else
		genlmsg_multicast(&family, skb, 0, 0, GFP_NOIO); /* nobody: fine */
}

static void events_send(struct work_struct *work)
{
	struct llist_node *first = llist_reverse_order(llist_del_all(&pending));
	struct event *event, *next;

	llist_for_each_entry_safe(event, next, first, list) {
		event_multicast(event);
		kfree(event);
	}
}

void ssi_event(enum dolmen_event event, u32 node, pid_t pid, const char *fmt, ...)
{
	struct event *entry;
	struct va_format text;
	va_list args;

	va_start(args, fmt);
	text.fmt = fmt;
	text.va = &args;
	if (pid)
		pr_info("%s: node %u, pid %d: %pV\n", names[event], node, pid, &text);
	else
		pr_info("%s: node %u: %pV\n", names[event], node, &text);
	va_end(args);

	entry = kzalloc(sizeof(*entry), GFP_ATOMIC);
	if (!entry)
		return;
	entry->event = event;
	entry->node = node;
	entry->pid = pid;
	entry->time = ktime_get_real_ns();
	va_start(args, fmt);
	vscnprintf(entry->text, sizeof(entry->text), fmt, args);
	va_end(args);
	if (llist_add(&entry->list, &pending))
		queue_work(system_unbound_wq, &send_work);
}

int ssi_events_init(void)
{
	return genl_register_family(&family);
}

void ssi_events_exit(void)
{
	flush_work(&send_work);
	genl_unregister_family(&family);
}
