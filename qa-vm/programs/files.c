// SPDX-License-Identifier: GPL-2.0-only
/* Regular files: positions, access modes, flags, and what is written and read. */
#include "check.h"

#define RECORD	64
#define MOST	(RECORD * 2000L)

struct open_file {
	const char *name;
	int flags;
	int shown;	/* of them by F_GETFL */
	int fd;
	long position;
};

static struct open_file files[] = {
	{ "read", O_RDONLY, O_RDONLY, -1, 0 },
	{ "both", O_RDWR | O_NONBLOCK, O_RDWR | O_NONBLOCK, -1, 0 },
	{ "written", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, O_WRONLY, -1, 0 },
	{ "synced", O_RDWR | O_CREAT | O_DSYNC, O_RDWR | O_DSYNC, -1, 0 },
};

enum { READ, BOTH, WRITTEN, SYNCED, FILES };

#define SHOWN	(O_ACCMODE | O_NONBLOCK | O_DSYNC | O_APPEND | O_SYNC)

static void make(const char *name)
{
	int fd = MUST(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600));
	char record[RECORD];

	for (long at = 0; at < MOST; at += RECORD) {
		check_fill(record, RECORD, at / RECORD);
		MUST(write(fd, record, RECORD));
	}
	MUST(close(fd));
}

static void verify(const struct open_file *file)
{
	long position = MUST(lseek(file->fd, 0, SEEK_CUR));
	int flags = MUST(fcntl(file->fd, F_GETFL)) & SHOWN;
	int closes = MUST(fcntl(file->fd, F_GETFD)) & FD_CLOEXEC;

	CHECK(position == file->position, "%s: position %ld, not %ld", file->name, position,
	      file->position);
	CHECK(flags == file->shown, "%s: flags %#x, not %#x", file->name, flags, file->shown);
	CHECK(!closes == !(file->flags & O_CLOEXEC), "%s: close-on-exec is %d", file->name, closes);
}

static void read_next(struct open_file *file)
{
	char record[RECORD];
	ssize_t got = MUST(read(file->fd, record, RECORD));

	CHECK(got == RECORD, "%s: %zd bytes at %ld", file->name, got, file->position);
	check_same(record, RECORD, file->position / RECORD, file->name);
	file->position += got;
}

static void write_next(struct open_file *file, unsigned int seed)
{
	char record[RECORD];

	check_fill(record, RECORD, seed);
	CHECK(MUST(write(file->fd, record, RECORD)) == RECORD, "short write");
	file->position += RECORD;
}

/* @fd has one record for each of its positions, other ones where it was written. */
static void verify_contents(const char *name, long bytes, bool every_other)
{
	int fd = MUST(open(name, O_RDONLY));
	char record[RECORD];

	for (long at = 0; at < bytes; at += RECORD) {
		bool written = every_other && at / RECORD % 2;

		CHECK(MUST(pread(fd, record, RECORD, at)) == RECORD, "%s ends at %ld", name, at);
		check_same(record, RECORD, at / RECORD + (written ? 9 : 0), name);
	}
	MUST(close(fd));
	MUST(unlink(name));
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	make(files[READ].name);
	make(files[BOTH].name);
	for (int i = 0; i < FILES; i++)
		files[i].fd = MUST(open(files[i].name, files[i].flags, 0600));
	check_ready();
	while (!check_told()) {
		for (int i = 0; i < FILES; i++)
			verify(&files[i]);
		if (files[READ].position == MOST)
			continue;
		read_next(&files[READ]);
		files[BOTH].position / RECORD % 2 ?
			write_next(&files[BOTH], files[BOTH].position / RECORD + 9) :
			read_next(&files[BOTH]);
		write_next(&files[WRITTEN], files[WRITTEN].position / RECORD);
		write_next(&files[SYNCED], files[SYNCED].position / RECORD);
		check_pause(CHECK_PAUSE_MS);
	}
	for (int i = 0; i < FILES; i++)
		verify(&files[i]);
	verify_contents(files[READ].name, MOST, false);
	verify_contents(files[BOTH].name, files[BOTH].position, true);
	verify_contents(files[WRITTEN].name, files[WRITTEN].position, false);
	verify_contents(files[SYNCED].name, files[SYNCED].position, false);
	return check_end();
}
