// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arguments and environment, in memory and as /proc shows them. The program
 * executes itself once to have an environment of its own.
 */
#include "check.h"

static char *const environment[] = { "FIRST=one two", "SECOND=", "LAST=\xc3\xa4\n=", NULL };

struct block {
	const char *path;	/* where the kernel shows it */
	char *const *strings;	/* in memory */
	char wanted[8192];	/* all strings, each with its 0 */
	size_t length;
};

static size_t join(char *joined, size_t size, char *const *strings)
{
	size_t length = 0;

	for (; *strings && length + strlen(*strings) < size; strings++)
		length += strlen(strcpy(joined + length, *strings)) + 1;
	return length;
}

static void keep(struct block *block)
{
	block->length = join(block->wanted, sizeof(block->wanted), block->strings);
}

static void verify(const struct block *block)
{
	char found[sizeof(block->wanted)];
	size_t length = join(found, sizeof(found), block->strings);
	ssize_t got;

	CHECK(length == block->length && !memcmp(found, block->wanted, length),
	      "in memory, %s would have %zu bytes, not %zu: %s...", block->path, length,
	      block->length, found);
	/* a file of /proc that was opened elsewhere may be gone: once, not three times */
	for (int attempt = 0; attempt < 3; attempt++) {
		got = check_read(block->path, found, sizeof(found));
		if (got == (ssize_t)block->length && !memcmp(found, block->wanted, block->length))
			return;
	}
	CHECK(false, "%s has %zd bytes, not %zu: %s...", block->path, got, block->length, found);
}

int main(int argc, char **argv)
{
	static struct block given = { .path = "/proc/self/cmdline" };
	static struct block around = { .path = "/proc/self/environ" };
	const char *value = getenv("LAST");

	check_begin(argc, argv);
	if (!value || strcmp(value, environment[2] + 5)) {
		execve("/proc/self/exe", argv, environment);
		check_die(__FILE_NAME__, __LINE__, "execve");
	}
	given.strings = argv;
	around.strings = environ;
	keep(&given);
	keep(&around);
	check_ready();
	while (!check_told()) {
		verify(&given);
		verify(&around);
		CHECK(getenv("LAST") == value, "LAST is %s", getenv("LAST"));
		check_pause(CHECK_PAUSE_MS);
	}
	verify(&given);
	verify(&around);
	return check_end();
}
