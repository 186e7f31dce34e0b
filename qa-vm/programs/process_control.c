// SPDX-License-Identifier: GPL-2.0-only
/* What prctl() sets, and that the orphans of a subreaper are its children. */
#include "check.h"

#include <signal.h>
#include <sys/prctl.h>

#define SLACK_NS	123456

static void verify(const char *what, int wanted, int found)
{
	CHECK(found == wanted, "%s is %d, not %d", what, found, wanted);
}

static void verify_here(void)
{
	verify("dumpable", 0, MUST(prctl(PR_GET_DUMPABLE)));
	verify("no_new_privs", 1, MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
	verify("keep capabilities", 1, MUST(prctl(PR_GET_KEEPCAPS)));
	verify("huge pages off", 1, MUST(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)));
}

static void verify_rest(void)
{
	int found = -1;

	MUST(prctl(PR_GET_PDEATHSIG, &found));
	verify("the signal at the parent's death", SIGWINCH, found);
	MUST(prctl(PR_GET_CHILD_SUBREAPER, &found));
	verify("subreaper", 1, found);
	verify("timer slack", SLACK_NS, MUST(prctl(PR_GET_TIMERSLACK)));
}

/* Our grandchild waits until we are its parent. */
static void verify_orphan(void)
{
	pid_t self = getpid(), child = MUST(fork());
	int status, orphans = 0;

	if (!child) {
		if (MUST(fork()))
			check_child_end();
		for (int i = 0; i < 1000 && getppid() != self; i++)
			check_pause(10);
		CHECK(getppid() == self, "the parent is %d, not %d", getppid(), self);
		check_child_end();
	}
	for (;;) {
		pid_t ended = wait(&status);

		if (ended == -1)
			break;
		CHECK(!status, "child %d ended with status %#x", ended, status);
		orphans += ended != child;
	}
	CHECK(orphans == 1, "%d orphans became children", orphans);
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	MUST(prctl(PR_SET_DUMPABLE, 0));
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(prctl(PR_SET_KEEPCAPS, 1));
	MUST(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	MUST(prctl(PR_SET_PDEATHSIG, SIGWINCH));
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
	MUST(prctl(PR_SET_TIMERSLACK, SLACK_NS));
	verify_rest();
	check_ready();
	while (!check_told()) {
		verify_here();
		check_pause(CHECK_PAUSE_MS);
	}
	verify_here();
	verify_rest();
	verify_orphan();
	return check_end();
}
