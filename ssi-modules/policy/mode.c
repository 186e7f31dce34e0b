// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode of a process: where the programs that it starts may run. It belongs
 * to the thread group, is inherited by fork and kept over exec. With it goes what
 * was decided last about where the process itself runs.
 *
 * Kept beside the process, in a hash by its signal_struct: a process in default
 * mode that was never placed or kept has no entry. A system without a session of
 * the cluster pays one load per fork and exit. A child whose entry can not be
 * allocated (the fork probe is atomic) is in default mode; that is said in the log.
 */
#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <ssi/policy.h>

#include "mode.h"

#define MODE_BITS	10

struct entry {
	struct hlist_node list;			/* modes_lock; RCU readers */
	struct rcu_head rcu;
	const struct signal_struct *owner;	/* const; only compared */
	struct ssi_mode mode;			/* const: replaced as a whole */
};

static struct hlist_head modes[1 << MODE_BITS];
static DEFINE_SPINLOCK(modes_lock);
static atomic_t entries = ATOMIC_INIT(0);	/* changed under modes_lock */
static atomic_t kept_entries = ATOMIC_INIT(0);	/* likewise */

static struct hlist_head *bucket(const struct signal_struct *owner)
{
	return &modes[hash_ptr(owner, MODE_BITS)];
}

static struct entry *find(const struct signal_struct *owner)
{
	struct entry *entry;

	hlist_for_each_entry_rcu(entry, bucket(owner), list,
				 lockdep_is_held(&modes_lock))
		if (entry->owner == owner)
			return entry;
	return NULL;
}

static bool is_default(const struct ssi_mode *mode)
{
	return mode->mode == DOLMEN_MODE_DEFAULT && !mode->kept && !mode->why;
}

static struct entry *new_entry(const struct signal_struct *owner,
			       const struct ssi_mode *mode, gfp_t gfp)
{
	struct entry *entry = kmalloc(sizeof(*entry), gfp);

	if (entry) {
		entry->owner = owner;
		entry->mode = *mode;
	}
	return entry;
}

/* NULL as @entry: there shall be none */
static void replace(const struct signal_struct *owner, struct entry *entry)
{
	struct entry *old;

	spin_lock(&modes_lock);
	old = find(owner);
	if (old) {
		hlist_del_rcu(&old->list);
		atomic_dec(&entries);
		if (old->mode.kept)
			atomic_dec(&kept_entries);
		kfree_rcu(old, rcu);
	}
	if (entry) {
		hlist_add_head_rcu(&entry->list, bucket(owner));
		atomic_inc(&entries);
		if (entry->mode.kept)
			atomic_inc(&kept_entries);
	}
	spin_unlock(&modes_lock);
}

static void mode_of(const struct signal_struct *owner, struct ssi_mode *mode)
{
	const struct entry *entry;

	*mode = (struct ssi_mode){ .mode = DOLMEN_MODE_DEFAULT };
	if (!atomic_read(&entries))
		return;
	rcu_read_lock();
	entry = find(owner);
	if (entry)
		*mode = entry->mode;
	rcu_read_unlock();
}

static int change(const struct ssi_mode *mode)
{
	struct entry *entry = NULL;

	if (!is_default(mode)) {
		entry = new_entry(current->signal, mode, GFP_KERNEL);
		if (!entry)
			return -ENOMEM;
	}
	replace(current->signal, entry);
	return 0;
}

void ssi_mode_get(struct ssi_mode *mode)
{
	mode_of(current->signal, mode);
}

int ssi_mode_set(u32 mode, u32 node)
{
	struct ssi_mode now;

	ssi_mode_get(&now);
	now.mode = mode;
	now.node = node;
	return change(&now);
}

void ssi_mode_keep(bool kept)
{
	struct ssi_mode now;

	ssi_mode_get(&now);
	if (now.kept == kept)
		return;
	now.kept = kept;
	/* without memory the head only looks less busy than it is */
	change(&now);
}

void ssi_mode_note(u32 cause, const char *why)
{
	struct ssi_mode now;

	ssi_mode_get(&now);
	now.cause = cause;
	now.why = why;
	change(&now);
}

bool ssi_policy_story(const struct task_struct *task, u32 *cause, const char **why)
{
	struct ssi_mode mode;

	mode_of(task->signal, &mode);
	*cause = mode.cause;
	*why = mode.why;
	return mode.why;
}

u32 ssi_mode_kept(void)
{
	return (u32)atomic_read(&kept_entries);
}

void ssi_policy_fork(struct task_struct *parent, struct task_struct *child)
{
	struct ssi_mode mode;
	struct entry *entry;

	if (!atomic_read(&entries) || parent->signal == child->signal)
		return;
	mode_of(parent->signal, &mode);
	mode.why = NULL;	/* it was the parent who was brought there */
	if (is_default(&mode))
		return;
	entry = new_entry(child->signal, &mode, GFP_ATOMIC);
	if (!entry) {
		pr_warn_ratelimited("no memory: process %d has lost its mode\n",
				    child->pid);
		return;
	}
	replace(child->signal, entry);
}

void ssi_policy_exit(struct task_struct *task)
{
	/*
	 * The last thread to get here sees live == 0; two that see it together
	 * do no harm. Nobody forks or sets a mode in a dead thread group, and
	 * its signal_struct is not used again before this probe is over.
	 */
	if (!atomic_read(&entries) || atomic_read(&task->signal->live))
		return;
	replace(task->signal, NULL);
}

void ssi_mode_clear(void)
{
	struct hlist_node *next;
	struct entry *entry;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		hlist_for_each_entry_safe(entry, next, &modes[i], list)
			replace(entry->owner, NULL);
}
