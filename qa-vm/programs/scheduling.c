// SPDX-License-Identifier: GPL-2.0-only
/* Scheduling class, of the program and of its child, and the CPUs it may use: all. */
#include "check.h"

#include <sched.h>

/* A child has the class and not the flag. */
#define POLICY	(SCHED_BATCH | SCHED_RESET_ON_FORK)

static int cpus(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	MUST(sched_getaffinity(0, sizeof(set), &set));
	return CPU_COUNT(&set);
}

static void verify(int wanted, const char *of)
{
	struct sched_param parameters;
	int found = MUST(sched_getscheduler(0));

	CHECK(found == wanted, "%s: policy %#x, not %#x", of, found, wanted);
	MUST(sched_getparam(0, &parameters));
	CHECK(!parameters.sched_priority, "%s: priority %d", of, parameters.sched_priority);
}

static void verify_child(int wanted, const char *of)
{
	pid_t child = MUST(fork());

	if (!child) {
		verify(wanted, of);
		check_child_end();
	}
	check_join(child);
}

int main(int argc, char **argv)
{
	struct sched_param parameters = { 0 };
	int before;

	check_begin(argc, argv);
	before = cpus();
	MUST(sched_setscheduler(0, POLICY, &parameters));
	check_ready();
	while (!check_told()) {
		long all = MUST(sysconf(_SC_NPROCESSORS_ONLN));

		verify(POLICY, "the process");
		CHECK(cpus() >= 1 && cpus() <= all, "%d CPUs of %ld", cpus(), all);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(POLICY, "the process");
	CHECK(cpus() == before, "%d CPUs, not %d", cpus(), before);
	verify_child(SCHED_BATCH, "a child");
	MUST(sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &parameters));
	verify_child(SCHED_IDLE, "a child of an idle process");
	return check_end();
}
