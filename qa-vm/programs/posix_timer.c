// SPDX-License-Identifier: GPL-2.0-only
/* A POSIX timer: its signals, their value, its interval; none of its instants is lost. */
#include "check.h"

#include <signal.h>

#define INTERVAL_NS	30000000L
#define VALUE		4711
#define LOOK_EACH	8	/* timer_gettime() is made at home */
#define SLEEP_EACH	5	/* with some intervals in it, which become overruns */
#define SLEEP_MS	100
#define LATE_NS		2000000000L

int main(int argc, char **argv)
{
	struct itimerspec interval = { { 0, INTERVAL_NS }, { 0, INTERVAL_NS } }, found;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };
	struct timespec began, now;
	sigset_t wanted = { 0 };
	long came = 0, signals = 0, passed = 0;
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
		if (++signals % SLEEP_EACH == 0)
			check_pause(SLEEP_MS);
		MUST(clock_gettime(CLOCK_MONOTONIC, &now));
		passed = (now.tv_sec - began.tv_sec) * 1000000000L + now.tv_nsec - began.tv_nsec;
		CHECK(came <= passed / INTERVAL_NS, "%ld times in %ld ns", came, passed);
		if (signals % LOOK_EACH)
			continue;
		MUST(timer_gettime(timer, &found));
		CHECK(found.it_interval.tv_nsec == INTERVAL_NS && !found.it_interval.tv_sec,
		      "the interval is %ld ns", found.it_interval.tv_nsec);
	}
	CHECK(signals >= 1, "no signal came");
	CHECK(came >= (passed - LATE_NS) / INTERVAL_NS, "%ld times only in %ld ns", came, passed);
	MUST(timer_delete(timer));
	return check_end();
}
