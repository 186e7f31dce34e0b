// SPDX-License-Identifier: GPL-2.0-only
/* timerfd: expirations, never too early, and its interval. */
#include "check.h"

#include <sys/timerfd.h>

#define INTERVAL_NS	30000000L

static long now(void)
{
	struct timespec time;

	MUST(clock_gettime(CLOCK_MONOTONIC, &time));
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

int main(int argc, char **argv)
{
	struct itimerspec interval = { { 0, INTERVAL_NS }, { 0, INTERVAL_NS } }, found;
	uint64_t sum = 0, came;
	long set, began, over, passed;
	int fd;

	check_begin(argc, argv);
	fd = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
	set = now();
	MUST(timerfd_settime(fd, 0, &interval, NULL));
	began = now();
	check_ready();
	while (!check_told()) {
		over = now() - began;
		CHECK(MUST(read(fd, &came, sizeof(came))) == sizeof(came), "short read");
		sum += came;
		passed = now() - set;
		CHECK(came && sum <= (uint64_t)(passed / INTERVAL_NS), "%lu of %lu in %ld ns", came,
		      sum, passed);
		/* what was over before is told */
		CHECK(sum >= (uint64_t)(over / INTERVAL_NS), "only %lu in %ld ns", sum, over);
		MUST(timerfd_gettime(fd, &found));
		CHECK(found.it_interval.tv_nsec == INTERVAL_NS && !found.it_interval.tv_sec,
		      "the interval is %ld ns", found.it_interval.tv_nsec);
		CHECK(!found.it_value.tv_sec && found.it_value.tv_nsec <= INTERVAL_NS,
		      "the next is in %ld ns", found.it_value.tv_nsec);
	}
	CHECK(sum >= 1, "it never expired");
	return check_end();
}
