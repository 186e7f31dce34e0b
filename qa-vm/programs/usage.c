// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was used: CPU times, faults, memory, own ones and those of children,
 * never become less, and CPU time that was spent is counted.
 */
#include "check.h"

#include <sys/resource.h>
#include <sys/times.h>

#define VALUES	14

static const char *const names[VALUES] = {
	"user time", "system time", "minor faults", "major faults", "most memory",
	"times(): user", "times(): system", "CPU time", "times(): ticks",
	"children: user time", "children: system time", "children: faults",
	"times(): children, user", "times(): children, system",
};

static int64_t microseconds(struct timeval time)
{
	return time.tv_sec * 1000000L + time.tv_usec;
}

static int64_t cpu_time(void)
{
	struct timespec time;

	MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
	return time.tv_sec * 1000000L + time.tv_nsec / 1000;
}

static void look(int64_t *value)
{
	struct rusage own, children;
	struct tms times_now;

	MUST(getrusage(RUSAGE_SELF, &own));
	value[0] = microseconds(own.ru_utime);
	value[1] = microseconds(own.ru_stime);
	value[2] = own.ru_minflt;
	value[3] = own.ru_majflt;
	value[4] = own.ru_maxrss;
	value[8] = MUST(times(&times_now));
	value[5] = times_now.tms_utime;
	value[6] = times_now.tms_stime;
	value[7] = cpu_time();
	MUST(getrusage(RUSAGE_CHILDREN, &children));
	value[9] = microseconds(children.ru_utime);
	value[10] = microseconds(children.ru_stime);
	value[11] = children.ru_minflt;
	value[12] = times_now.tms_cutime;
	value[13] = times_now.tms_cstime;
}

/* Until the process has used so much more. */
static void use(int64_t more)
{
	int64_t end = cpu_time() + more;

	while (cpu_time() < end)
		for (volatile int i = 0; i < 10000; i++)
			;
}

int main(int argc, char **argv)
{
	int64_t first[VALUES], last[VALUES], now[VALUES];
	int64_t used = 0;
	pid_t child;

	check_begin(argc, argv);
	child = MUST(fork());
	if (!child) {
		use(50000);
		check_child_end();
	}
	check_join(child);
	look(first);
	memcpy(last, first, sizeof(last));
	check_ready();
	for (int64_t before; !check_told(); used += cpu_time() - before) {
		before = cpu_time();
		use(5000);
		look(now);
		for (int i = 0; i < VALUES; i++)
			CHECK(now[i] >= last[i], "%s went from %ld to %ld", names[i], last[i],
			      now[i]);
		memcpy(last, now, sizeof(last));
		check_pause(1);
	}
	look(now);
	CHECK(now[7] - first[7] >= used, "%ld us of CPU time, at least %ld were used",
	      now[7] - first[7], used);
	CHECK(now[0] + now[1] - first[0] - first[1] >= used / 2, "%ld us of %ld were counted",
	      now[0] + now[1] - first[0] - first[1], used);
	return check_end();
}
