// SPDX-License-Identifier: GPL-2.0-only
/* Numbers of the process, its parent, group and session, and as its child sees them. */
#include "check.h"

#include <sys/syscall.h>

enum { PROCESS, THREAD, PARENT, GROUP, SESSION, NUMBERS };

static const char *const names[NUMBERS] = { "process", "thread", "parent", "group", "session" };

static void look(pid_t *number)
{
	number[PROCESS] = syscall(SYS_getpid);
	number[THREAD] = syscall(SYS_gettid);
	number[PARENT] = getppid();
	number[GROUP] = getpgrp();
	number[SESSION] = getsid(0);
}

static void verify(const pid_t *wanted)
{
	pid_t found[NUMBERS];

	look(found);
	for (int i = 0; i < NUMBERS; i++)
		CHECK(found[i] == wanted[i], "%s %d, not %d", names[i], found[i], wanted[i]);
}

static void verify_child(const pid_t *wanted)
{
	pid_t found[NUMBERS], child = MUST(fork());

	if (!child) {
		look(found);
		CHECK(found[PARENT] == wanted[PROCESS] && found[GROUP] == wanted[GROUP] &&
		      found[SESSION] == wanted[SESSION] && found[PROCESS] == found[THREAD] &&
		      found[PROCESS] != wanted[PROCESS],
		      "the child is %d of %d, group %d, session %d", found[PROCESS], found[PARENT],
		      found[GROUP], found[SESSION]);
		check_child_end();
	}
	check_join(child);
}

int main(int argc, char **argv)
{
	pid_t wanted[NUMBERS];

	check_begin(argc, argv);
	look(wanted);
	CHECK(wanted[PROCESS] == getpid() && wanted[PROCESS] == wanted[THREAD], "process %d is %d",
	      getpid(), wanted[PROCESS]);
	check_ready();
	while (!check_told()) {
		verify(wanted);
		verify_child(wanted);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(wanted);
	MUST(setpgid(0, 0));
	CHECK(getpgrp() == wanted[PROCESS], "its own group is %d", getpgrp());
	return check_end();
}
