// SPDX-License-Identifier: GPL-2.0-only
/* A file that two processes append to: no line is lost, none is torn, all in order. */
#include "check.h"

#define LINE	16

static const char name[] = "lines";

static int open_it(void)
{
	return MUST(open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
}

static void append(int fd, const char *who, unsigned int number)
{
	char line[LINE + 1];

	snprintf(line, sizeof(line), "%-6s %8u\n", who, number);
	CHECK(MUST(write(fd, line, LINE)) == LINE, "short write");
}

/* How many lines @who has written. */
static unsigned int count(const char *lines, ssize_t bytes, const char *who)
{
	unsigned int number = 0;
	char wanted[LINE + 1];

	for (ssize_t at = 0; at + LINE <= bytes; at += LINE) {
		if (strncmp(lines + at, who, strlen(who)))
			continue;
		snprintf(wanted, sizeof(wanted), "%-6s %8u\n", who, number);
		CHECK(!memcmp(lines + at, wanted, LINE), "line %u of %s is %.16s", number, who,
		      lines + at);
		number++;
	}
	return number;
}

int main(int argc, char **argv)
{
	unsigned int mine = 0, others, found;
	int fd, flags, lives[2];
	static char lines[1 << 20];
	ssize_t bytes;
	pid_t child;

	check_begin(argc, argv);
	fd = open_it();
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		fd = open_it();
		for (others = 0; check_goes_on(lives[0], 10); others++)
			append(fd, "child", others);
		check_child_end();
	}
	check_ready();
	for (; !check_told(); mine++) {
		flags = MUST(fcntl(fd, F_GETFL));
		CHECK(flags & O_APPEND, "the flags are %#x", flags);
		append(fd, "parent", mine);
		check_pause(CHECK_PAUSE_MS);
	}
	MUST(close(lives[1]));
	check_join(child);
	bytes = check_read(name, lines, sizeof(lines));
	found = count(lines, bytes, "parent");
	others = count(lines, bytes, "child");
	CHECK(found == mine, "%u lines of %u are there", found, mine);
	CHECK(bytes == (ssize_t)(found + others) * LINE && others, "%zd bytes, %u and %u lines",
	      bytes, found, others);
	MUST(unlink(name));
	return check_end();
}
