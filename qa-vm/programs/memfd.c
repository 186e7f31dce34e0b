// SPDX-License-Identifier: GPL-2.0-only
/* A memfd that only this program has: contents, position, seals. */
#include "check.h"

#include <sys/mman.h>

#define BYTES	20000

static void verify(int fd, unsigned int round)
{
	static char contents[BYTES];
	struct stat info;
	long position;

	MUST(fstat(fd, &info));
	CHECK(info.st_size == BYTES, "%ld bytes", (long)info.st_size);
	CHECK(MUST(pread(fd, contents, BYTES, 0)) == BYTES, "short read");
	check_same(contents, BYTES, round, "the memfd");
	position = MUST(lseek(fd, 0, SEEK_CUR));
	CHECK(position == round % 1000, "position %ld, not %u", position, round % 1000);
}

static void fill(int fd, unsigned int round)
{
	static char contents[BYTES];

	check_fill(contents, BYTES, round);
	CHECK(MUST(pwrite(fd, contents, BYTES, 0)) == BYTES, "short write");
	MUST(lseek(fd, round % 1000, SEEK_SET));
}

int main(int argc, char **argv)
{
	unsigned int round = 0;
	int fd, seals;

	check_begin(argc, argv);
	fd = MUST(memfd_create("check", MFD_ALLOW_SEALING | MFD_CLOEXEC));
	fill(fd, round);
	MUST(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
	check_ready();
	while (!check_told()) {
		verify(fd, round);
		fill(fd, ++round);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(fd, round);
	seals = MUST(fcntl(fd, F_GET_SEALS));
	CHECK(seals == (F_SEAL_GROW | F_SEAL_SHRINK), "seals %#x", seals);
	CHECK(ftruncate(fd, 1) == -1 && errno == EPERM, "it can be made smaller: %s",
	      strerror(errno));
	return check_end();
}
