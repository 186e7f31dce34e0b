// SPDX-License-Identifier: GPL-2.0-only
/* ITIMER_PROF: counts CPU time, and its signals come as that passes. */
#include "check.h"

#include <signal.h>
#include <sys/time.h>

#define INTERVAL_US	20000

static volatile int signals;

static void on_signal(int signal)
{
	(void)signal;
	signals++;
}

int main(int argc, char **argv)
{
	struct itimerval timer = { { 0, INTERVAL_US }, { 0, INTERVAL_US } };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct timespec used;
	struct itimerval found;
	int last = 0;

	check_begin(argc, argv);
	MUST(sigaction(SIGPROF, &action, NULL));
	MUST(setitimer(ITIMER_PROF, &timer, NULL));
	check_ready();
	while (!check_told() || !last) {
		while (signals == last)
			;
		last = signals;
		MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used));
		/* it samples at ticks of the kernel, so only twice as fast is wrong */
		CHECK(last * INTERVAL_US <= 2 * (used.tv_sec * 1e6 + used.tv_nsec / 1e3) + 200000,
		      "%d signals in %ld.%09ld s of CPU time", last, used.tv_sec, used.tv_nsec);
		MUST(getitimer(ITIMER_PROF, &found));
		CHECK(found.it_interval.tv_usec == INTERVAL_US, "the interval is %ld us",
		      found.it_interval.tv_usec);
	}
	return check_end();
}
