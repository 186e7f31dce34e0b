// SPDX-License-Identifier: GPL-2.0-only
/* A lock of an open file description: it lasts as long as one of its descriptors. */
#include "check.h"

static const char name[] = "described";

static struct flock whole(short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET };
}

static void watch(int goes_on)
{
	int fd = MUST(open(name, O_RDWR));
	struct flock wanted;

	while (check_goes_on(goes_on, 5)) {
		wanted = whole(F_WRLCK);
		MUST(fcntl(fd, F_OFD_GETLK, &wanted));
		CHECK(wanted.l_type == F_WRLCK && wanted.l_pid == -1, "a lock of type %d of %d",
		      wanted.l_type, wanted.l_pid);
	}
	wanted = whole(F_WRLCK);
	MUST(fcntl(fd, F_OFD_SETLKW, &wanted));
}

int main(int argc, char **argv)
{
	struct flock wanted = whole(F_WRLCK);
	int fd, copy, lives[2];
	pid_t child;

	check_begin(argc, argv);
	fd = MUST(open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	copy = MUST(dup(fd));
	MUST(fcntl(fd, F_OFD_SETLK, &wanted));
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		MUST(close(fd));
		MUST(close(copy));
		watch(lives[0]);
		check_child_end();
	}
	check_wait();
	MUST(close(fd));
	check_pause(50);
	MUST(close(lives[1]));
	check_pause(50);
	CHECK(!waitpid(child, NULL, WNOHANG), "the child has the lock, or has ended");
	MUST(close(copy));
	check_join(child);
	MUST(unlink(name));
	return check_end();
}
