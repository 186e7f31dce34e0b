// SPDX-License-Identifier: GPL-2.0-only
/* A POSIX timer: its signals, their value, and its interval. */
#include "check.h"

#include <signal.h>

#define INTERVAL_NS	30000000L
#define VALUE		4711

int main(int argc, char **argv)
{
	struct itimerspec interval = { { 0, INTERVAL_NS }, { 0, INTERVAL_NS } }, found;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };
	struct timespec began, now;
	sigset_t wanted = { 0 };
	long came = 0, passed;
	siginfo_t info;
	timer_t timer;

	check_begin(argc, argv);
	sigaddset(&wanted, SIGRTMIN);
	MUST(sigprocmask(SIG_BLOCK, &wanted, NULL));
	event.sigev_signo = SIGRTMIN;
	event.sigev_value.sival_int = VALUE;
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
	MUST(clock_gettime(CLOCK_MONOTONIC, &began));
	MUST(timer_settime(timer, 0, &interval, NULL));
	check_ready();
	while (!check_told()) {
		int signal = sigwaitinfo(&wanted, &info);

		if (signal == -1 && errno == EINTR)
			continue;
		CHECK(signal == SIGRTMIN && info.si_code == SI_TIMER, "signal %d, code %d", signal,
		      info.si_code);
		CHECK(info.si_value.sival_int == VALUE, "value %d", info.si_value.sival_int);
		came += 1 + info.si_overrun;
		MUST(clock_gettime(CLOCK_MONOTONIC, &now));
		passed = (now.tv_sec - began.tv_sec) * 1000000000L + now.tv_nsec - began.tv_nsec;
		CHECK(came <= passed / INTERVAL_NS, "%ld times in %ld ns", came, passed);
		MUST(timer_gettime(timer, &found));
		CHECK(found.it_interval.tv_nsec == INTERVAL_NS && !found.it_interval.tv_sec,
		      "the interval is %ld ns", found.it_interval.tv_nsec);
	}
	CHECK(came >= 1, "no signal came");
	MUST(timer_delete(timer));
	return check_end();
}
