// SPDX-License-Identifier: GPL-2.0-only
/* A pipe of which the program has both ends: what is in it, and how much more fits. */
#include "check.h"

#include <sys/ioctl.h>

#define ROOM	65536
#define HELD	50000
#define PIECE	1000

static int ends[2];
static unsigned int written, taken;	/* pieces */

static void put(void)
{
	char piece[PIECE];

	check_fill(piece, PIECE, written++);
	CHECK(MUST(write(ends[1], piece, PIECE)) == PIECE, "short write");
}

static void take(void)
{
	char piece[PIECE];
	ssize_t got = MUST(read(ends[0], piece, PIECE));

	CHECK(got == PIECE, "%zd bytes of a piece", got);
	check_same(piece, PIECE, taken++, "a piece");
}

static void verify(void)
{
	int waiting = -1;

	MUST(ioctl(ends[0], FIONREAD, &waiting));
	CHECK(waiting == HELD, "%d bytes are in the pipe", waiting);
}

int main(int argc, char **argv)
{
	int room;

	check_begin(argc, argv);
	MUST(pipe(ends));
	MUST(fcntl(ends[1], F_SETPIPE_SZ, ROOM));
	while (written < HELD / PIECE)
		put();
	check_ready();
	while (!check_told()) {
		verify();
		take();
		put();
		check_pause(CHECK_PAUSE_MS);
	}
	verify();
	room = MUST(fcntl(ends[0], F_GETPIPE_SZ));
	CHECK(room == ROOM, "the pipe has room for %d bytes", room);
	while (taken < written && !check_failures)
		take();
	return check_end();
}
