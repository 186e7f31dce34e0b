// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who sees the cluster as one machine: programs of the cluster's sessions that
 * people look at it with, and programs that start other programs, as many as
 * there are CPUs.
 *
 * All others see the machine they are on. A program that makes as many threads
 * as it sees CPUs would otherwise have far too many, because all threads of a
 * process are on one machine; so would one that forks without an exec, because
 * only an exec moves.
 */
#include <linux/array_size.h>
#include <linux/sched.h>
#include <linux/ssi.h>
#include <linux/string.h>

#include <ssi/peer.h>
#include <ssi/policy.h>

#include "audience.h"

static const char *const programs[] = {
	/* to look at the machine */
	"btop", "dolmen", "free", "getconf", "glances", "htop", "inxi", "lscpu",
	"lsmem", "mpstat", "neofetch", "nproc", "ps", "sar", "screenfetch",
	"tload", "top", "uptime", "vmstat", "w", "watch",
	/* to look at a file of /proc or /sys */
	"awk", "cat", "cut", "diff", "egrep", "fgrep", "gawk", "grep", "head",
	"less", "mawk", "more", "sed", "sort", "tail", "wc",
	/* shells, by their own redirections */
	"bash", "dash", "fish", "ksh", "sh", "zsh",
	/* to start as many programs as there are CPUs */
	"cmake", "ctest", "dpkg-buildpacka", "gmake", "make", "ninja",
	"parallel", "samu", "xargs",
};

static bool is_listed(const char *comm)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(programs); i++)
		if (!strcmp(programs[i], comm))
			return true;
	return false;
}

bool ssi_audience_has_current(void)
{
	char comm[TASK_COMM_LEN];

	/* a guest belongs to the cluster, else it were not one */
	if (!ssi_is_guest() &&
	    (!ssi_peer_any_node() || !ssi_policy_in_cluster()))
		return false;
	/* a thread may have a name of its own */
	get_task_comm(comm, current->group_leader);
	return is_listed(comm);
}
