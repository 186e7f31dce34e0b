// SPDX-License-Identifier: GPL-2.0-only
/* A file without a name: one that was removed while open, and one that never had one. */
#include "check.h"

#define BYTES	50000

static void verify(int fd, unsigned int round, const char *what)
{
	static char contents[BYTES + 1];
	struct stat info;
	ssize_t got;

	MUST(fstat(fd, &info));
	CHECK(!info.st_nlink && info.st_size == BYTES, "%s has %lu names and %ld bytes", what,
	      (unsigned long)info.st_nlink, (long)info.st_size);
	got = MUST(pread(fd, contents, sizeof(contents), 0));
	CHECK(got == BYTES, "%s: %zd bytes", what, got);
	check_same(contents, BYTES, round, what);
}

static void fill(int fd, unsigned int round)
{
	static char contents[BYTES];

	check_fill(contents, BYTES, round);
	CHECK(MUST(pwrite(fd, contents, BYTES, 0)) == BYTES, "short write");
}

int main(int argc, char **argv)
{
	unsigned int round = 0;
	int removed, nameless;

	check_begin(argc, argv);
	removed = MUST(open("removed", O_RDWR | O_CREAT | O_EXCL, 0600));
	MUST(unlink("removed"));
	/* not every file system can */
	nameless = open(".", O_RDWR | O_TMPFILE, 0600);
	fill(removed, 0);
	if (nameless >= 0)
		fill(nameless, 1);
	check_ready();
	while (!check_told()) {
		verify(removed, round, "the removed file");
		if (nameless >= 0)
			verify(nameless, 1, "the nameless file");
		fill(removed, ++round);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(removed, round, "the removed file");
	if (nameless >= 0)
		verify(nameless, 1, "the nameless file");
	return check_end();
}
