// SPDX-License-Identifier: GPL-2.0-only
/* Nice value and input/output priority, and that a child has them, too. */
#include "check.h"

#include <sys/resource.h>
#include <sys/syscall.h>

#define NICE		7
#define IO_PRIORITY	(2 << 13 | 6)	/* best effort, 6 */
#define OF_PROCESS	1

static void verify(const char *of)
{
	int found;

	errno = 0;
	found = getpriority(PRIO_PROCESS, 0);
	CHECK(!errno && found == NICE, "%s: nice value %d", of, found);
}

static void verify_io(const char *of)
{
	long found = MUST(syscall(SYS_ioprio_get, OF_PROCESS, 0));

	CHECK(found == IO_PRIORITY, "%s: input/output priority %#lx, not %#x", of, found,
	      IO_PRIORITY);
}

int main(int argc, char **argv)
{
	pid_t child;

	check_begin(argc, argv);
	MUST(setpriority(PRIO_PROCESS, 0, NICE));
	MUST(syscall(SYS_ioprio_set, OF_PROCESS, 0, IO_PRIORITY));
	verify_io("before");
	check_ready();
	while (!check_told()) {
		verify("the process");
		check_pause(CHECK_PAUSE_MS);
	}
	verify("the process");
	verify_io("the process");
	child = MUST(fork());
	if (!child) {
		verify("a child");
		verify_io("a child");
		check_child_end();
	}
	check_join(child);
	return check_end();
}
