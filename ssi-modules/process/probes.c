// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracepoints by which the module sees processes come and go. All probes are
 * atomic and run in the task itself (fork: in the parent).
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/ssi.h>
#include <linux/tracepoint.h>

#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>

#include "../migrate/wakeup.h"
#include "guest.h"
#include "shadow.h"
#include "usage.h"

#define CREATE_TRACE_POINTS
#include "process_trace.h"

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	struct ssi_shadow *s;

	if (ssi_is_guest() || !ssi_policy_may_place())
		return;
	rcu_read_lock();
	s = ssi_shadow_of(task);
	rcu_read_unlock();
	/* an exec for a guest is placed by shadow_exec.c */
	if (!s)
		ssi_place_begins(task);
}

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct ssi_guest *g, *newborn = ssi_container_newborn(parent);
	struct ssi_shadow *s;

	ssi_policy_fork(parent, child);
	if (newborn) {
		ssi_guest_attach(newborn, child);
		return;
	}
	rcu_read_lock();
	if (test_task_syscall_work(parent, SSI)) {
		g = ssi_guest_of(parent);
		if (g && g->forking) {
			child->blocked = g->fork_blocked;
			ssi_guest_change(g->forking, SSI_GUEST_RUNNING);
			ssi_guest_get(g->forking);	/* none is left to the maker */
			ssi_guest_attach(g->forking, child);
			ssi_guest_put(g->forking);
		}
	} else {
		s = ssi_shadow_of(parent);
		if (s && s->forking)
			ssi_shadow_hash(s->forking, child);
	}
	rcu_read_unlock();
}

static void on_exit(void *data, struct task_struct *task)
{
	struct ssi_shadow *s;
	struct ssi_guest *g;

	ssi_policy_exit(task);
	ssi_container_exit_of(task);
	rcu_read_lock();
	if (test_task_syscall_work(task, SSI)) {
		g = ssi_guest_of(task);
		if (g)
			ssi_guest_exit_begins(g, task);
	} else {
		s = ssi_shadow_of(task);
		if (s)
			ssi_shadow_exit_begins(s, task);
	}
	rcu_read_unlock();
}

static struct probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
} probes[] = {
	{ "sched_process_exec", on_exec },
	{ "sched_process_fork", on_fork },
	{ "sched_process_exit", on_exit },
};

static void find(struct tracepoint *tracepoint, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

static void unregister(unsigned int count)
{
	while (count--)
		tracepoint_probe_unregister(probes[count].tracepoint, probes[count].function,
					    NULL);
	tracepoint_synchronize_unregister();
}

void ssi_process_peer_dead(struct ssi_peer *peer)
{
	if (peer->is_node) {
		ssi_shadow_peer_dead(peer);
	} else {
		ssi_guest_kill_all();
		ssi_container_kill();
	}
}

int ssi_handle_pull(struct ssi_peer *peer, struct ssi_message *msg)
{
	return peer->is_node ? ssi_shadow_pull(peer, msg) : ssi_guest_pull(peer, msg);
}

int ssi_process_init(void)
{
	unsigned int i;
	int ret;

	ret = ssi_resume_init();
	if (ret)
		return ret;
	ssi_auxv_init();
	ssi_memory_init();
	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		ret = -ENOENT;
		if (probes[i].tracepoint)
			ret = tracepoint_probe_register(probes[i].tracepoint,
							probes[i].function, NULL);
		if (ret) {
			unregister(i);
			return ret;
		}
	}
	ssi_timed_wait_start();
	ssi_usage_start();
	return 0;
}

void ssi_process_exit(void)
{
	ssi_usage_stop();
	ssi_timed_wait_stop();
	ssi_container_kill();
	ssi_container_flush();
	unregister(ARRAY_SIZE(probes));
}
