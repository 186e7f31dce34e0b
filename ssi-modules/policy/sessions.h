/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_SESSIONS_H
#define _SSI_POLICY_SESSIONS_H
#include <linux/types.h>

/*
 * The cgroups whose processes are sessions of the cluster. Made from text with
 * one path of the unified hierarchy per line (or ended by NUL).
 */
struct ssi_sessions;

/* the set or an ERR_PTR: -ENOENT, -ENOTDIR, -ENOMEM, -E2BIG. May sleep */
struct ssi_sessions *ssi_sessions_parse(const char *text, size_t bytes);
/* current is in one of them or below; NULL: no. The caller holds RCU */
bool ssi_sessions_have_current(const struct ssi_sessions *sessions);
void ssi_sessions_free(struct ssi_sessions *sessions);	/* NULL is fine */
#endif /* _SSI_POLICY_SESSIONS_H */
