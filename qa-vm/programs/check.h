/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the programs here. Each is started as
 *
 *	NAME READY GO
 *
 * with two absolute paths. It sets a kernel object up, creates the file READY,
 * uses the object until the file GO exists, and looks whether all is as it was.
 * It prints "ok NAME", or what is wrong with what it found, and exits with 1.
 */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Looks for GO, each after a pause: ten minutes at the least. */
#define CHECK_LOOKS	60000
#define CHECK_PAUSE_MS	10

static const char *check_ready_file, *check_go_file;
static unsigned int check_failures;

/* Notes the words, with values, unless @holds. */
#define CHECK(holds, ...) do {						\
	if (!(holds))							\
		check_wrong(__FILE_NAME__, __LINE__, __VA_ARGS__);	\
} while (0)

/* For what is no part of the check: the value of the call, or the end. */
#define MUST(call) ({							\
	__auto_type value_ = (call);					\
	if ((long)value_ == -1)						\
		check_die(__FILE_NAME__, __LINE__, #call);		\
	value_;								\
})

__attribute__((format(printf, 3, 4)))
static inline void check_wrong(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	if (check_failures++ >= 10)
		return;
	printf("%s:%d: ", file, line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
}

static inline void check_die(const char *file, int line, const char *call)
{
	check_wrong(file, line, "%s: %s", call, strerror(errno));
	exit(1);
}

static inline void check_begin(int argc, char **argv)
{
	if (argc != 3 || argv[1][0] != '/' || argv[2][0] != '/') {
		fprintf(stderr, "usage: %s /READY /GO\n", program_invocation_short_name);
		exit(2);
	}
	check_ready_file = argv[1];
	check_go_file = argv[2];
}

static inline void check_ready(void)
{
	MUST(close(MUST(open(check_ready_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666))));
}

static inline void check_pause(unsigned int ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&left, &left))
		if (errno != EINTR)
			check_die(__FILE_NAME__, __LINE__, "nanosleep");
}

/* Time to verify; also when something is wrong already. */
static inline bool check_told(void)
{
	static unsigned int looks;
	struct stat info;

	if (++looks > CHECK_LOOKS) {
		check_wrong(__FILE_NAME__, __LINE__, "nobody has created %s", check_go_file);
		exit(1);
	}
	return check_failures || !stat(check_go_file, &info);
}

/* For objects that are only held. */
static inline void check_wait(void)
{
	check_ready();
	while (!check_told())
		check_pause(CHECK_PAUSE_MS);
}

/* The status of the program. */
static inline int check_end(void)
{
	if (!check_failures)
		printf("ok %s\n", program_invocation_short_name);
	return check_failures ? 1 : 0;
}

static inline _Noreturn void check_child_end(void)
{
	_exit(check_failures ? 1 : 0);
}

static inline void check_join(pid_t child)
{
	int status = 0;

	MUST(waitpid(child, &status, 0));
	CHECK(!status, "child %d ended with status %#x", child, status);
}

/* Of a child: its parent still holds the other end of the pipe, @ms later. */
static inline bool check_goes_on(int end, int ms)
{
	struct pollfd look = { .fd = end, .events = POLLIN };

	return !poll(&look, 1, ms);
}

static inline uint8_t check_byte(unsigned int seed, size_t at)
{
	return (seed + 1) * 151 + at * 7 + (at >> 8) * 13 + (at >> 16) * 31;
}

static inline void check_fill(volatile void *memory, size_t bytes, unsigned int seed)
{
	for (size_t i = 0; i < bytes; i++)
		((volatile uint8_t *)memory)[i] = check_byte(seed, i);
}

static inline void check_same(const volatile void *memory, size_t bytes, unsigned int seed,
			      const char *what)
{
	const volatile uint8_t *byte = memory;

	for (size_t i = 0; i < bytes; i++) {
		if (byte[i] == check_byte(seed, i))
			continue;
		CHECK(false, "%s: byte %zu of %zu is %#x, not %#x", what, i, bytes, byte[i],
		      check_byte(seed, i));
		return;
	}
}

/* All of a small file, with a 0 behind it: its length, or -1. */
static inline ssize_t check_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1, length = 0;

	while (fd >= 0 && got > 0 && (size_t)length < size - 1) {
		got = read(fd, text + length, size - 1 - length);
		length += got > 0 ? got : 0;
	}
	text[length] = 0;
	if (fd < 0 || close(fd) || got < 0)
		return -1;
	return length;
}

/* A line of /proc/self/smaps about the mapping that begins at @start, "" if there is none. */
static inline void check_smaps(const volatile void *start, const char *key, char *value,
			       size_t size)
{
	FILE *smaps = fopen("/proc/self/smaps", "re");
	char line[512], range[32];
	bool here = false;

	snprintf(range, sizeof(range), "%lx-", (unsigned long)start);
	value[0] = 0;
	while (smaps && fgets(line, sizeof(line), smaps)) {
		if (line[0] < 'A' || line[0] > 'Z')
			here = !strncmp(line, range, strlen(range));
		else if (here && !strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
			snprintf(value, size, "%.*s", (int)size - 1, line + strlen(key) + 1);
	}
	if (smaps)
		fclose(smaps);
}

#endif
