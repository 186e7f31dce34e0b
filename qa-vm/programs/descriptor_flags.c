// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flags of descriptors: O_NONBLOCK of pipes, close-on-exec. At the end the program
 * executes itself, which closes those that are marked and no others.
 */
#include "check.h"

enum { READ_END, WRITE_END, KEPT, MARKED, HIGH, DESCRIPTORS };

#define HIGHEST	200		/* far behind the others */
#define AFTER	"after the exec"

static int fds[DESCRIPTORS];
static const bool is_marked[DESCRIPTORS] = { [WRITE_END] = true, [MARKED] = true };

static void verify(void)
{
	char byte;

	for (int i = 0; i < DESCRIPTORS; i++) {
		int flags = fcntl(fds[i], F_GETFD);

		CHECK(flags == (is_marked[i] ? FD_CLOEXEC : 0), "descriptor %d: flags %d", fds[i],
		      flags);
	}
	CHECK(MUST(fcntl(fds[READ_END], F_GETFL)) & O_NONBLOCK, "the read end waits");
	CHECK(!(MUST(fcntl(fds[WRITE_END], F_GETFL)) & O_NONBLOCK), "the write end does not wait");
	CHECK(read(fds[READ_END], &byte, 1) == -1 && errno == EAGAIN, "reading gives %s",
	      strerror(errno));
}

static int after_exec(char **argv)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		int fd = atoi(argv[2 + i]);
		bool is_open = fcntl(fd, F_GETFD) >= 0;

		CHECK(is_open == !is_marked[i], "descriptor %d after the exec: open %d", fd,
		      is_open);
	}
	return check_end();
}

static void execute_itself(char *name)
{
	char numbers[DESCRIPTORS][12];
	char *argv[DESCRIPTORS + 3] = { name, AFTER };

	for (int i = 0; i < DESCRIPTORS; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%d", fds[i]);
		argv[2 + i] = numbers[i];
	}
	MUST(execv("/proc/self/exe", argv));
}

int main(int argc, char **argv)
{
	if (argc == DESCRIPTORS + 2 && !strcmp(argv[1], AFTER))
		return after_exec(argv);
	check_begin(argc, argv);
	MUST(pipe(fds));
	MUST(fcntl(fds[READ_END], F_SETFL, O_NONBLOCK));
	MUST(fcntl(fds[WRITE_END], F_SETFD, FD_CLOEXEC));
	fds[KEPT] = MUST(open("/dev/null", O_RDWR));
	fds[MARKED] = MUST(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	fds[HIGH] = MUST(dup2(fds[KEPT], HIGHEST));
	check_ready();
	while (!check_told()) {
		verify();
		check_pause(CHECK_PAUSE_MS);
	}
	verify();
	if (!check_failures)
		execute_itself(argv[0]);
	return check_end();
}
