// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often programs of which name did what: one counter per (kind, node,
 * program, call). They only grow, until the module is unloaded.
 *
 * The table is made at the start and never grows, so counting needs no memory;
 * when it is full all that is new goes into one counter per kind.
 */
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include <ssi/policy.h>

#include "counters.h"
#include "mode.h"

#define COUNTERS_MAX	4096
#define KINDS		(DOLMEN_COUNTER_MOVED + 1)
#define BUCKET_BITS	10
#define OTHER		"(other)"

struct counter {
	struct hlist_node list;			/* counters_lock */
	struct dolmen_counter_info info;	/* counters_lock */
};

static DEFINE_SPINLOCK(counters_lock);
static struct counter *counters;		/* COUNTERS_MAX + KINDS of them */
static u32 used;				/* counters_lock; only grows */
static struct hlist_head buckets[1 << BUCKET_BITS];	/* counters_lock */

static struct hlist_head *bucket(u32 kind, u32 node, const char *comm,
				 const char *call)
{
	unsigned long hash = init_name_hash(NULL);

	hash = partial_name_hash(kind, hash);
	hash = partial_name_hash(node, hash);
	while (*comm)
		hash = partial_name_hash(*comm++, hash);
	while (*call)
		hash = partial_name_hash(*call++, hash);
	return &buckets[hash_32(end_name_hash(hash), BUCKET_BITS)];
}

static struct counter *find(u32 kind, u32 node, const char *comm,
			    const char *call)
{
	struct counter *counter;

	lockdep_assert_held(&counters_lock);
	hlist_for_each_entry(counter, bucket(kind, node, comm, call), list)
		if (counter->info.kind == kind && counter->info.node == node &&
		    !strcmp(counter->info.comm, comm) &&
		    !strcmp(counter->info.call, call))
			return counter;
	return NULL;
}

static struct counter *add(u32 kind, u32 node, const char *comm,
			   const char *call)
{
	struct counter *counter = &counters[used++];

	lockdep_assert_held(&counters_lock);
	counter->info.kind = kind;
	counter->info.node = node;
	strscpy(counter->info.comm, comm);
	strscpy(counter->info.call, call);
	hlist_add_head(&counter->list, bucket(kind, node, comm, call));
	return counter;
}

/* the counter of all that came when the table was full */
static struct counter *find_other(u32 kind)
{
	struct counter *counter = find(kind, 0, OTHER, OTHER);

	return counter ? counter : add(kind, 0, OTHER, OTHER);
}

void ssi_count(enum dolmen_counter_kind kind, u32 node, const char *comm,
	       const char *call)
{
	struct dolmen_counter_info key;
	struct counter *counter;
	unsigned long flags;

	if (WARN_ON_ONCE(kind >= KINDS))
		return;
	/* cut first: names that are equal as far as they are kept are one */
	strscpy(key.comm, comm);
	strscpy(key.call, call);

	spin_lock_irqsave(&counters_lock, flags);
	counter = find(kind, node, key.comm, key.call);
	if (!counter && used < COUNTERS_MAX)
		counter = add(kind, node, key.comm, key.call);
	else if (!counter)
		counter = find_other(kind);
	counter->info.count++;
	spin_unlock_irqrestore(&counters_lock, flags);
}

void ssi_decided(enum dolmen_counter_kind kind, u32 node, const char *why)
{
	ssi_count(kind, node, current->comm, why);
	ssi_mode_note(kind, why);
}

bool ssi_counter_info(u32 index, struct dolmen_counter_info *info)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&counters_lock, flags);
	found = index < used;
	if (found)
		*info = counters[index].info;
	spin_unlock_irqrestore(&counters_lock, flags);
	return found;
}

int ssi_counters_init(void)
{
	/* KINDS more, for the last resort of find_other() */
	counters = kvcalloc(COUNTERS_MAX + KINDS, sizeof(*counters), GFP_KERNEL);
	return counters ? 0 : -ENOMEM;
}

void ssi_counters_exit(void)
{
	kvfree(counters);
}
