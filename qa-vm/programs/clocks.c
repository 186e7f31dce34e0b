// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clocks never go back, as read by the C library and as told by the kernel, and
 * sleeps of three kinds end when they should, not earlier.
 */
#include "check.h"

#include <sys/syscall.h>

#define SLEEP_NS	7000000L
#define DRIFT_NS	5000000L

static const struct {
	const char *name;
	clockid_t id;
} clocks[] = {
	{ "monotonic", CLOCK_MONOTONIC },
	{ "boottime", CLOCK_BOOTTIME },
	{ "realtime", CLOCK_REALTIME },
	{ "monotonic, coarse", CLOCK_MONOTONIC_COARSE },
	{ "realtime, coarse", CLOCK_REALTIME_COARSE },
};

enum { MONOTONIC, BOOTTIME, REALTIME, CLOCKS = sizeof(clocks) / sizeof(clocks[0]) };

static int64_t last[CLOCKS];

static int64_t nanoseconds(struct timespec time)
{
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static int64_t read_clock(int clock)
{
	struct timespec time;

	MUST(clock_gettime(clocks[clock].id, &time));
	return nanoseconds(time);
}

static int64_t ask_kernel(int clock)
{
	struct timespec time;

	MUST(syscall(SYS_clock_gettime, clocks[clock].id, &time));
	return nanoseconds(time);
}

static void verify(int clock)
{
	int64_t times[] = { last[clock], read_clock(clock), ask_kernel(clock), read_clock(clock) };

	for (int i = 1; i < 4; i++)
		CHECK(times[i] >= times[i - 1], "%s goes back by %ld ns, step %d",
		      clocks[clock].name, times[i - 1] - times[i], i);
	last[clock] = times[3];
}

static void sleep_for(int clock, int kind)
{
	int64_t began = read_clock(clock), end = began + SLEEP_NS, passed;
	struct timespec time = { .tv_nsec = SLEEP_NS };

	if (kind == 0) {
		MUST(nanosleep(&time, NULL));
	} else if (kind == 1) {
		MUST(poll(NULL, 0, SLEEP_NS / 1000000));
	} else {
		time.tv_sec = end / 1000000000L;
		time.tv_nsec = end % 1000000000L;
		MUST(-clock_nanosleep(clocks[clock].id, TIMER_ABSTIME, &time, NULL));
	}
	passed = read_clock(clock) - began;
	CHECK(passed >= SLEEP_NS, "a sleep of kind %d by %s took %ld ns", kind, clocks[clock].name,
	      passed);
}

/* How far boottime is ahead of monotonic time: between the two. */
static void look_at_difference(int64_t *least, int64_t *most)
{
	int64_t before = read_clock(MONOTONIC), boottime = read_clock(BOOTTIME);

	*most = boottime - before;
	*least = boottime - read_clock(MONOTONIC);
}

int main(int argc, char **argv)
{
	int64_t least[2], most[2];

	check_begin(argc, argv);
	look_at_difference(&least[0], &most[0]);
	check_ready();
	for (unsigned int round = 0; !check_told(); round++) {
		for (int clock = 0; clock < CLOCKS; clock++)
			verify(clock);
		sleep_for(MONOTONIC, round % 3);
		sleep_for(BOOTTIME, 2);
		sleep_for(REALTIME, 2);
	}
	/* no machine was suspended meanwhile */
	look_at_difference(&least[1], &most[1]);
	CHECK(least[1] <= most[0] + DRIFT_NS && least[0] <= most[1] + DRIFT_NS,
	      "boottime was ahead by %ld ns, then by %ld", least[0], least[1]);
	return check_end();
}
