// SPDX-License-Identifier: GPL-2.0-only
/* Resource limits: all of them, and one by what it does. */
#include "check.h"

#include <sys/resource.h>

#define FILES	77		/* descriptors */

static const rlim_t wanted[RLIMIT_NLIMITS] = {
	[RLIMIT_CPU] = 5001,
	[RLIMIT_FSIZE] = 1 << 30,
	[RLIMIT_DATA] = 1UL << 33,
	[RLIMIT_STACK] = 7 << 20,
	[RLIMIT_CORE] = 12288,
	[RLIMIT_RSS] = 1UL << 34,
	[RLIMIT_NPROC] = 3001,
	[RLIMIT_NOFILE] = FILES,
	[RLIMIT_MEMLOCK] = 65536,
	[RLIMIT_AS] = 1UL << 40,
	[RLIMIT_LOCKS] = 1001,
	[RLIMIT_SIGPENDING] = 1002,
	[RLIMIT_MSGQUEUE] = 10003,
	[RLIMIT_NICE] = 0,
	[RLIMIT_RTPRIO] = 0,
	[RLIMIT_RTTIME] = 1004,
};

static struct rlimit kept[RLIMIT_NLIMITS];

static void set(unsigned int i)
{
	MUST(getrlimit(i, &kept[i]));
	if (wanted[i] < kept[i].rlim_max)
		kept[i].rlim_cur = wanted[i];
	/* the hard ones of some, too */
	if (i % 3 == 1 && kept[i].rlim_max > kept[i].rlim_cur + 1)
		kept[i].rlim_max = kept[i].rlim_cur + 1;
	MUST(setrlimit(i, &kept[i]));
}

static void verify(void)
{
	struct rlimit found;

	for (unsigned int i = 0; i < RLIMIT_NLIMITS; i++) {
		MUST(getrlimit(i, &found));
		CHECK(found.rlim_cur == kept[i].rlim_cur && found.rlim_max == kept[i].rlim_max,
		      "limit %u is %ld and %ld, not %ld and %ld", i, (long)found.rlim_cur,
		      (long)found.rlim_max, (long)kept[i].rlim_cur, (long)kept[i].rlim_max);
	}
}

static void verify_files(void)
{
	int fd, last = -1;

	while ((fd = dup(0)) >= 0)
		last = fd;
	CHECK(errno == EMFILE && last == FILES - 1, "the last descriptor is %d: %s", last,
	      strerror(errno));
	for (fd = 3; fd <= last; fd++)
		close(fd);
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	for (unsigned int i = 0; i < RLIMIT_NLIMITS; i++)
		set(i);
	check_ready();
	while (!check_told()) {
		verify();
		verify_files();
		check_pause(CHECK_PAUSE_MS);
	}
	verify();
	verify_files();
	return check_end();
}
