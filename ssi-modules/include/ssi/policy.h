/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_H
#define _SSI_POLICY_H
/*
 * Where a program goes at its exec, what was counted about that, and what the
 * cluster looks like to a process.
 */
#include <linux/types.h>

#include <uapi/dolmen.h>

struct ssi_load;
struct ssi_peer;
struct sysinfo;
struct task_struct;

/**
 * ssi_policy_place - choose the machine for the program current has just exec'ed
 * @name: base name of the program file
 * @here: node it runs on now, SSI_HEAD: at home
 * @pinned: it holds pipe ends of @here: it goes home or stays, nothing else;
 *	means nothing at home, whose pipes can be used from everywhere
 * @why: set to a short constant text when the answer is the head
 *
 * Context: at home, in the process (its shadow), may sleep.
 * Return: the peer with a reference, or NULL: the head.
 */
struct ssi_peer *ssi_policy_place(const char *name, u32 here, bool pinned,
				  const char **why);
/* cheap first test in the exec tracepoint: may this exec be placed at all? */
bool ssi_policy_may_place(void);

int ssi_policy_set_mode(u32 mode, u32 node);	/* of current */
int ssi_policy_set_list(u32 list, const char *text, u32 bytes);
int ssi_policy_set_weight(u32 node, u32 weight);
u32 ssi_policy_head_weight(void);	/* of a node: peer->weight */
/* the mode is inherited; called from the fork and exit tracepoints (atomic) */
void ssi_policy_fork(struct task_struct *parent, struct task_struct *child);
void ssi_policy_exit(struct task_struct *task);
/* current belongs to the cluster: by its mode or its session's cgroup */
bool ssi_policy_in_cluster(void);

/* count one of these; atomic; lost (and said once) when memory is short */
void ssi_count(enum dolmen_counter_kind kind, u32 node, const char *comm,
	       const char *call);
/* the same about where current runs: counts it and notes it for `dolmen why` */
void ssi_decided(enum dolmen_counter_kind kind, u32 node, const char *why);
/* what was noted last of @task (with a reference): true and @why, a constant text */
bool ssi_policy_story(const struct task_struct *task, u32 *cause, const char **why);
bool ssi_counter_info(u32 index, struct dolmen_counter_info *info);

/* on the head: itself and all nodes as one machine; process context */
void ssi_cluster_sum(struct ssi_load *sum);

/* Hooks, see <linux/ssi.h>. */
void ssi_view_sysinfo(struct sysinfo *info);
long ssi_view_getaffinity(pid_t pid, unsigned int len,
			  unsigned long __user *mask);

int ssi_policy_init(void);	/* counters, /proc/dolmen; 0 or -errno */
void ssi_policy_exit_module(void);
#endif /* _SSI_POLICY_H */
