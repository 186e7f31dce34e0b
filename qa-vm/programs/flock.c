// SPDX-License-Identifier: GPL-2.0-only
/* A file locked by flock(): a child never gets it until the program gives it back. */
#include "check.h"

#include <sys/file.h>

static const char name[] = "locked";

/* By a description of its own. */
static void watch(int goes_on)
{
	int fd = MUST(open(name, O_RDWR));

	while (check_goes_on(goes_on, 5))
		CHECK(flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK,
		      "the child can lock it");
	MUST(flock(fd, LOCK_EX));
}

int main(int argc, char **argv)
{
	int fd, lives[2];
	pid_t child;

	check_begin(argc, argv);
	fd = MUST(open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	MUST(flock(fd, LOCK_EX));
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		MUST(close(fd));
		watch(lives[0]);
		check_child_end();
	}
	check_wait();
	MUST(close(lives[1]));
	check_pause(50);
	CHECK(!waitpid(child, NULL, WNOHANG), "the child has the lock, or has ended");
	MUST(flock(fd, LOCK_UN));
	check_join(child);
	MUST(unlink(name));
	return check_end();
}
