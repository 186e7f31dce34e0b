// SPDX-License-Identifier: GPL-2.0-only
/* ITIMER_REAL: goes on for ever, none of its signals comes too early. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

#define INTERVAL_US	40000

static volatile int signals;

static void on_signal(int signal)
{
	(void)signal;
	signals++;
}

static double now(void)
{
	struct timespec time;

	MUST(clock_gettime(CLOCK_MONOTONIC, &time));
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	struct itimerval timer = { { 0, INTERVAL_US }, { 0, INTERVAL_US } };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked = { 0 }, before;
	struct itimerval found;
	double began, passed;
	int last = 0;

	check_begin(argc, argv);
	/* they are handled in sigsuspend() only, so that none is missed */
	sigaddset(&blocked, SIGALRM);
	MUST(sigprocmask(SIG_BLOCK, &blocked, &before));
	MUST(sigaction(SIGALRM, &action, NULL));
	began = now();
	MUST(setitimer(ITIMER_REAL, &timer, NULL));
	check_ready();
	while (!check_told()) {
		sigsuspend(&before);
		CHECK(signals == last + 1, "%d signals ended one wait", signals - last);
		last = signals;
		passed = now() - began;
		CHECK(signals <= passed / INTERVAL_US, "%d signals in %.0f us", signals, passed);
		MUST(getitimer(ITIMER_REAL, &found));
		CHECK(!found.it_interval.tv_sec && found.it_interval.tv_usec == INTERVAL_US,
		      "the interval is %ld.%06ld", found.it_interval.tv_sec,
		      found.it_interval.tv_usec);
		CHECK(!found.it_value.tv_sec && found.it_value.tv_usec <= INTERVAL_US,
		      "the next is in %ld.%06ld", found.it_value.tv_sec, found.it_value.tv_usec);
	}
	CHECK(signals >= 1, "no signal came");
	return check_end();
}
