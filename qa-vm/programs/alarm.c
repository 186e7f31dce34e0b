// SPDX-License-Identifier: GPL-2.0-only
/* alarm(): what is left of it, and that it comes in time. */
#include "check.h"

#include <signal.h>

#define SECONDS	5000

static volatile int alarms;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

static double now(void)
{
	struct timespec time;

	MUST(clock_gettime(CLOCK_MONOTONIC, &time));
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	unsigned int found;
	double began, left;

	check_begin(argc, argv);
	MUST(signal(SIGALRM, on_alarm) == SIG_ERR ? -1 : 0);
	began = now();
	alarm(SECONDS);
	check_wait();
	left = SECONDS - (now() - began);
	found = alarm(0);
	CHECK(!alarms, "the alarm has come %d times", alarms);
	CHECK(found >= left - 1 && found <= left + 1.1, "%u seconds are left, not %.1f", found,
	      left);

	began = now();
	alarm(1);
	pause();
	left = now() - began;
	CHECK(alarms == 1 && left >= 1, "%d alarms in %.3f seconds", alarms, left);
	return check_end();
}
