// SPDX-License-Identifier: GPL-2.0-only
/*
 * An open file that several descriptors and a child share: one position for all.
 * Both processes read records from it; each record comes to one of them, once.
 */
#include "check.h"

#define RECORDS	20000

static unsigned char seen[RECORDS];

static void make(const char *name)
{
	int fd = MUST(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600));

	for (int record = 0; record < RECORDS; record++)
		MUST(write(fd, &record, sizeof(record)));
	MUST(close(fd));
}

/* Its record, -1 at the end of the file. */
static int read_one(int fd)
{
	int record = -1;
	ssize_t got = MUST(read(fd, &record, sizeof(record)));

	CHECK(!got || got == sizeof(record), "%zd bytes of a record", got);
	CHECK(!got || (record >= 0 && record < RECORDS), "there is no record %d", record);
	return got == sizeof(record) && !check_failures ? record : -1;
}

static void read_as_child(int fd, int goes_on, int report)
{
	int record;

	while (check_goes_on(goes_on, 3)) {
		record = read_one(fd);
		if (record >= 0)
			MUST(write(report, &record, sizeof(record)));
	}
}

/* Everything up to where it stands now came once, nothing behind it came. */
static void verify_seen(int fd)
{
	long read = MUST(lseek(fd, 0, SEEK_CUR)) / (long)sizeof(int);

	for (int record = 0; record < RECORDS; record++)
		CHECK(seen[record] == (record < read), "record %d of %ld was read %d times", record,
		      read, seen[record]);
}

int main(int argc, char **argv)
{
	int first, second, reports[2], lives[2], record, in_child = 0;
	pid_t child;

	check_begin(argc, argv);
	make("records");
	first = MUST(open("records", O_RDONLY));
	second = MUST(dup(first));
	MUST(pipe(reports));
	MUST(pipe(lives));
	MUST(fcntl(reports[1], F_SETPIPE_SZ, 1 << 18));	/* has room for all of them */
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		read_as_child(first, lives[0], reports[1]);
		check_child_end();
	}
	MUST(close(reports[1]));
	check_ready();
	for (unsigned int round = 0; !check_told(); round++) {
		record = read_one(round % 2 ? first : second);
		if (record >= 0)
			seen[record]++;
		check_pause(3);
	}
	MUST(close(lives[1]));
	check_join(child);
	while (MUST(read(reports[0], &record, sizeof(record))) == sizeof(record)) {
		seen[record]++;
		in_child++;
	}
	CHECK(in_child > 0, "the child has read nothing");
	verify_seen(first);
	MUST(lseek(first, 0, SEEK_SET));
	CHECK(!MUST(lseek(second, 0, SEEK_CUR)), "the second descriptor has its own position");
	MUST(unlink("records"));
	return check_end();
}
