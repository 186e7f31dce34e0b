// SPDX-License-Identifier: GPL-2.0-only
/* Signals that were queued before the limit of them was lowered. */
#include "check.h"

#include <signal.h>
#include <sys/resource.h>

#define EACH	3

int main(int argc, char **argv)
{
	static const struct rlimit no_more;
	static const struct timespec at_once;
	struct rlimit limit;
	sigset_t blocked;
	siginfo_t info;

	check_begin(argc, argv);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN);
	MUST(sigprocmask(SIG_SETMASK, &blocked, NULL));
	for (int i = 0; i < EACH; i++)
		MUST(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i }));
	MUST(setrlimit(RLIMIT_SIGPENDING, &no_more));
	check_ready();
	while (!check_told())
		check_pause(CHECK_PAUSE_MS);
	MUST(getrlimit(RLIMIT_SIGPENDING, &limit));
	CHECK(!limit.rlim_cur && !limit.rlim_max, "the limit is %lu, %lu", limit.rlim_cur,
	      limit.rlim_max);
	for (int i = 0; i < EACH; i++) {
		int found = sigtimedwait(&blocked, &info, &at_once);

		CHECK(found == SIGRTMIN && info.si_value.sival_int == i,
		      "signal %d with value %d, not %d", found, info.si_value.sival_int, i);
	}
	return check_end();
}
