// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credentials of an image, as numbers of the initial user namespace.
 *
 * The account that per-user limits are charged to (cred->user) stays that of
 * the container on a node: RLIMIT_NPROC and the like are decided at home.
 */
#include <linux/cred.h>
#include <linux/user_namespace.h>

#include "image.h"

void ssi_capture_credentials(struct ssi_writer *w)
{
	const struct cred *cred = current_cred();
	struct group_info *groups = cred->group_info;
	int i;

	ssi_put_u32(w, from_kuid(&init_user_ns, cred->uid));
	ssi_put_u32(w, from_kuid(&init_user_ns, cred->suid));
	ssi_put_u32(w, from_kuid(&init_user_ns, cred->euid));
	ssi_put_u32(w, from_kuid(&init_user_ns, cred->fsuid));
	ssi_put_u32(w, from_kgid(&init_user_ns, cred->gid));
	ssi_put_u32(w, from_kgid(&init_user_ns, cred->sgid));
	ssi_put_u32(w, from_kgid(&init_user_ns, cred->egid));
	ssi_put_u32(w, from_kgid(&init_user_ns, cred->fsgid));
	ssi_put_u32(w, cred->securebits);
	ssi_put_u64(w, cred->cap_inheritable.val);
	ssi_put_u64(w, cred->cap_permitted.val);
	ssi_put_u64(w, cred->cap_effective.val);
	ssi_put_u64(w, cred->cap_bset.val);
	ssi_put_u64(w, cred->cap_ambient.val);
	ssi_put_u8(w, task_no_new_privs(current));
	ssi_put_u32(w, groups->ngroups);
	for (i = 0; i < groups->ngroups; i++)
		ssi_put_u32(w, from_kgid(&init_user_ns, groups->gid[i]));
}

static kuid_t get_uid_of(struct ssi_cursor *c)
{
	kuid_t uid = make_kuid(&init_user_ns, ssi_get_u32(c));

	if (!uid_valid(uid))
		ssi_cursor_fail(c);
	return uid;
}

static kgid_t get_gid_of(struct ssi_cursor *c)
{
	kgid_t gid = make_kgid(&init_user_ns, ssi_get_u32(c));

	if (!gid_valid(gid))
		ssi_cursor_fail(c);
	return gid;
}

static kernel_cap_t get_caps(struct ssi_cursor *c)
{
	return (kernel_cap_t){ ssi_get_u64(c) & CAP_VALID_MASK };
}

struct cred *ssi_decode_credentials(struct ssi_cursor *c)
{
	struct cred *cred = prepare_creds();
	struct group_info *groups;
	bool no_new_privs;
	u32 i, count;

	if (!cred)
		return ERR_PTR(-ENOMEM);
	cred->uid = get_uid_of(c);
	cred->suid = get_uid_of(c);
	cred->euid = get_uid_of(c);
	cred->fsuid = get_uid_of(c);
	cred->gid = get_gid_of(c);
	cred->sgid = get_gid_of(c);
	cred->egid = get_gid_of(c);
	cred->fsgid = get_gid_of(c);
	cred->securebits = ssi_get_u32(c);
	cred->cap_inheritable = get_caps(c);
	cred->cap_permitted = get_caps(c);
	cred->cap_effective = get_caps(c);
	cred->cap_bset = get_caps(c);
	cred->cap_ambient = get_caps(c);
	no_new_privs = ssi_get_u8(c);
	count = ssi_get_count(c, NGROUPS_MAX);
	groups = groups_alloc(count);
	if (!groups) {
		abort_creds(cred);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < count; i++)
		groups->gid[i] = get_gid_of(c);
	groups_sort(groups);
	set_groups(cred, groups);
	put_group_info(groups);
	if (c->error) {
		abort_creds(cred);
		return ERR_PTR(c->error);
	}
	if (no_new_privs)
		task_set_no_new_privs(current);
	return cred;
}
