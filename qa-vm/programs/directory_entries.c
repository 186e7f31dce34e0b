// SPDX-License-Identifier: GPL-2.0-only
/* A directory that is read a few entries at a time: each comes once. */
#include "check.h"

#include <dirent.h>
#include <sys/syscall.h>

#define ENTRIES	400

static unsigned int seen[ENTRIES];

static void name_of(char *name, size_t size, int entry)
{
	snprintf(name, size, "entries/a-file-of-that-directory-%04d", entry);
}

static void make(void)
{
	char name[64];

	MUST(mkdir("entries", 0700));
	for (int i = 0; i < ENTRIES; i++) {
		name_of(name, sizeof(name), i);
		MUST(close(MUST(open(name, O_WRONLY | O_CREAT | O_EXCL, 0600))));
	}
}

/* Two or three entries; false: there are no more. */
static bool read_some(int fd)
{
	char entries[200] __attribute__((aligned(8)));
	long got = MUST(syscall(SYS_getdents64, fd, entries, sizeof(entries)));

	for (long at = 0; at < got;) {
		struct dirent64 *entry = (struct dirent64 *)(entries + at);
		int number = -1;

		at += entry->d_reclen;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (sscanf(entry->d_name, "a-file-of-that-directory-%d", &number) == 1 &&
		    number >= 0 && number < ENTRIES)
			seen[number]++;
		else
			CHECK(false, "there is no %s", entry->d_name);
	}
	return got > 0;
}

static void verify(unsigned int times)
{
	for (int i = 0; i < ENTRIES; i++)
		CHECK(seen[i] == times, "entry %d came %u times, not %u", i, seen[i], times);
}

int main(int argc, char **argv)
{
	unsigned int times = 0;
	char name[64];
	int fd;

	check_begin(argc, argv);
	make();
	fd = MUST(open("entries", O_RDONLY | O_DIRECTORY));
	for (int i = 0; i < 20; i++)
		read_some(fd);
	check_ready();
	while (!check_told()) {
		if (!read_some(fd)) {
			verify(++times);
			MUST(lseek(fd, 0, SEEK_SET));
		}
		check_pause(CHECK_PAUSE_MS);
	}
	while (read_some(fd))
		;
	verify(times + 1);
	for (int i = 0; i < ENTRIES; i++) {
		name_of(name, sizeof(name), i);
		MUST(unlink(name));
	}
	MUST(rmdir("entries"));
	return check_end();
}
