// SPDX-License-Identifier: GPL-2.0-only
/* eventfd: a counter to which a child adds, one of its own, one that counts down as a semaphore. */
#include "check.h"

#include <sys/eventfd.h>

#define UNITS	1000

static void add_as_child(int counter, int goes_on, int report)
{
	uint64_t added = 0;

	for (uint64_t number = 1; check_goes_on(goes_on, 5); number++) {
		MUST(write(counter, &number, sizeof(number)));
		added += number;
	}
	MUST(write(report, &added, sizeof(added)));
}

static uint64_t take(int fd)
{
	uint64_t value = 0;

	if (read(fd, &value, sizeof(value)) == -1)
		CHECK(errno == EAGAIN, "reading gives %s", strerror(errno));
	return value;
}

int main(int argc, char **argv)
{
	uint64_t sum = 0, added = 0, units = 0, rounds = 0, one;
	int counter, own, semaphore, lives[2], report[2];
	pid_t child;

	check_begin(argc, argv);
	counter = MUST(eventfd(0, 0));
	own = MUST(eventfd(0, 0));
	semaphore = MUST(eventfd(UNITS, EFD_SEMAPHORE | EFD_NONBLOCK));
	MUST(pipe(lives));
	MUST(pipe(report));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		add_as_child(counter, lives[0], report[1]);
		check_child_end();
	}
	check_ready();
	while (!check_told()) {
		sum += take(counter);		/* waits for the child */
		one = take(semaphore);
		CHECK(one == (units < UNITS), "the semaphore gives %lu after %lu", one, units);
		units += one;
		rounds++;
		MUST(write(own, &rounds, sizeof(rounds)));
		CHECK(take(own) == rounds, "what it wrote itself in round %lu is not there",
		      rounds);
	}
	MUST(close(lives[1]));
	MUST(read(report[0], &added, sizeof(added)));
	MUST(fcntl(counter, F_SETFL, O_NONBLOCK));
	sum += take(counter);
	CHECK(sum == added && sum, "%lu came, %lu were added", sum, added);
	while (take(semaphore))
		units++;
	CHECK(units == UNITS, "the semaphore had %lu units", units);
	check_join(child);
	return check_end();
}
