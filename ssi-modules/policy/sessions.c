// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions of the cluster are known by their cgroup, which a process can not
 * leave unless it is allowed to.
 *
 * The cgroups are held by reference, not looked up again: one that is removed
 * and made anew has to be given again.
 */
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/dolmen.h>

#include "sessions.h"

#define SESSIONS_MAX	64

struct ssi_sessions {
	u32 count;
	struct cgroup *cgroups[SESSIONS_MAX];	/* with a reference each */
};

static int add(struct ssi_sessions *sessions, const char *path)
{
	struct cgroup *cgroup;

	if (sessions->count == SESSIONS_MAX)
		return -E2BIG;
	cgroup = cgroup_get_from_path(path);
	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	sessions->cgroups[sessions->count++] = cgroup;
	return 0;
}

struct ssi_sessions *ssi_sessions_parse(const char *text, size_t bytes)
{
	struct ssi_sessions *sessions;
	char *copy, *rest, *path;
	int ret = 0;

	if (bytes > DOLMEN_LIST_BYTES_MAX)
		return ERR_PTR(-E2BIG);
	sessions = kzalloc(sizeof(*sessions), GFP_KERNEL);
	copy = kvmalloc(bytes + 1, GFP_KERNEL);
	if (!sessions || !copy) {
		ret = -ENOMEM;
		goto out;
	}
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	strreplace(copy, '\n', '\0');
	for (rest = copy; !ret && rest <= copy + bytes; rest = path + strlen(path) + 1) {
		path = rest;
		if (*path)
			ret = add(sessions, path);
	}
out:
	kvfree(copy);
	if (ret) {
		ssi_sessions_free(sessions);
		return ERR_PTR(ret);
	}
	return sessions;
}

bool ssi_sessions_have_current(const struct ssi_sessions *sessions)
{
	struct cgroup *mine;
	u32 i;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "the caller must hold RCU");
	if (!sessions)
		return false;
	mine = task_dfl_cgroup(current);
	for (i = 0; i < sessions->count; i++)
		if (cgroup_is_descendant(mine, sessions->cgroups[i]))
			return true;
	return false;
}

void ssi_sessions_free(struct ssi_sessions *sessions)
{
	u32 i;

	if (!sessions)
		return;
	for (i = 0; i < sessions->count; i++)
		cgroup_put(sessions->cgroups[i]);
	kfree(sessions);
}
