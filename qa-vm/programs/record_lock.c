// SPDX-License-Identifier: GPL-2.0-only
/* Parts of a file locked by fcntl(): a child sees who holds them, and gets the others. */
#include "check.h"

static const char name[] = "records";

struct part {
	short type;
	long start, length;
};

static const struct part written = { F_WRLCK, 100, 50 }, read_only = { F_RDLCK, 1000, 1 };

static int lock(int fd, int command, struct part part, struct flock *found)
{
	*found = (struct flock){
		.l_type = part.type,
		.l_whence = SEEK_SET,
		.l_start = part.start,
		.l_len = part.length,
	};
	return fcntl(fd, command, found);
}

static void expect(int fd, struct part asked, const struct part *held, pid_t holder)
{
	struct flock found;

	MUST(lock(fd, F_GETLK, asked, &found));
	CHECK(found.l_type == (held ? held->type : F_UNLCK), "at %ld the lock is of type %d",
	      asked.start, found.l_type);
	CHECK(!held || (found.l_pid == holder && found.l_start == held->start &&
			found.l_len == held->length),
	      "at %ld: %d holds %ld bytes from %ld", asked.start, found.l_pid,
	      (long)found.l_len, (long)found.l_start);
}

static void watch(int goes_on, pid_t parent)
{
	int fd = MUST(open(name, O_RDWR));
	struct flock found;

	while (check_goes_on(goes_on, 5)) {
		expect(fd, (struct part){ F_RDLCK, 149, 1 }, &written, parent);
		expect(fd, (struct part){ F_WRLCK, 1000, 9 }, &read_only, parent);
		expect(fd, (struct part){ F_RDLCK, 1000, 9 }, NULL, parent);
		expect(fd, (struct part){ F_WRLCK, 150, 100 }, NULL, parent);
	}
	MUST(lock(fd, F_SETLKW, written, &found));
}

int main(int argc, char **argv)
{
	pid_t self = getpid(), child;
	struct flock found;
	int fd, lives[2];

	check_begin(argc, argv);
	fd = MUST(open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	MUST(lock(fd, F_SETLK, written, &found));
	MUST(lock(fd, F_SETLK, read_only, &found));
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		MUST(close(fd));
		watch(lives[0], self);
		check_child_end();
	}
	check_wait();
	MUST(close(lives[1]));
	check_pause(50);
	CHECK(!waitpid(child, NULL, WNOHANG), "the child has the lock, or has ended");
	MUST(lock(fd, F_SETLK, (struct part){ F_UNLCK, 0, 0 }, &found));
	check_join(child);
	MUST(unlink(name));
	return check_end();
}
