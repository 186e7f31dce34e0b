// SPDX-License-Identifier: GPL-2.0-only
/*
 * The three lists that the head's daemon gives: programs that spread by
 * themselves, programs that stay, cgroups that are sessions of the cluster.
 * Each is replaced as a whole; readers use RCU.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>

#include <ssi/policy.h>

#include "lists.h"
#include "names.h"
#include "sessions.h"

static DEFINE_MUTEX(lists_mutex);	/* writers */
static struct ssi_names __rcu *spread_names;
static struct ssi_names __rcu *stay_names;
static struct ssi_sessions __rcu *sessions;

bool ssi_lists_spread(const char *name)
{
	guard(rcu)();
	return ssi_names_have(rcu_dereference(spread_names), name);
}

bool ssi_lists_stay(const char *name)
{
	guard(rcu)();
	return ssi_names_have(rcu_dereference(stay_names), name);
}

bool ssi_lists_session(void)
{
	guard(rcu)();
	return ssi_sessions_have_current(rcu_dereference(sessions));
}

static int set_names(struct ssi_names __rcu **list, const char *text, u32 bytes)
{
	struct ssi_names *names = NULL;

	if (bytes)
		names = ssi_names_parse(text, bytes);
	if (IS_ERR(names))
		return PTR_ERR(names);
	mutex_lock(&lists_mutex);
	names = rcu_replace_pointer(*list, names,
				    lockdep_is_held(&lists_mutex));
	mutex_unlock(&lists_mutex);
	synchronize_rcu();
	ssi_names_free(names);
	return 0;
}

static int set_sessions(const char *text, u32 bytes)
{
	struct ssi_sessions *new = NULL;

	if (bytes)
		new = ssi_sessions_parse(text, bytes);
	if (IS_ERR(new))
		return PTR_ERR(new);
	mutex_lock(&lists_mutex);
	new = rcu_replace_pointer(sessions, new, lockdep_is_held(&lists_mutex));
	mutex_unlock(&lists_mutex);
	synchronize_rcu();
	ssi_sessions_free(new);
	return 0;
}

/* an empty text needs no memory: it can not fail */
int ssi_policy_set_list(u32 list, const char *text, u32 bytes)
{
	switch (list) {
	case DOLMEN_LIST_SPREAD_NAMES:
		return set_names(&spread_names, text, bytes);
	case DOLMEN_LIST_STAY_NAMES:
		return set_names(&stay_names, text, bytes);
	case DOLMEN_LIST_SESSION_CGROUPS:
		return set_sessions(text, bytes);
	}
	return -EINVAL;
}

void ssi_lists_clear(void)
{
	ssi_policy_set_list(DOLMEN_LIST_SPREAD_NAMES, "", 0);
	ssi_policy_set_list(DOLMEN_LIST_STAY_NAMES, "", 0);
	ssi_policy_set_list(DOLMEN_LIST_SESSION_CGROUPS, "", 0);
}
