// SPDX-License-Identifier: GPL-2.0-only
/* epoll: a set of pipes, level- and edge-triggered, with the data of each. */
#include "check.h"

#include <sys/epoll.h>

#define LEVEL	0x1122334455667788UL
#define EDGE	0x99aabbccddeeff00UL

static void write_as_child(int level, int edge, int goes_on)
{
	while (check_goes_on(goes_on, 10)) {
		MUST(write(level, "l", 1));
		MUST(write(edge, "e", 1));
	}
}

/* Reads all there is; true: up to the end. */
static bool take(int fd, char wanted, int *count)
{
	char byte;
	ssize_t got;

	while ((got = read(fd, &byte, 1)) == 1) {
		CHECK(byte == wanted, "%c came, not %c", byte, wanted);
		++*count;
	}
	CHECK(!got || errno == EAGAIN, "reading gives %s", strerror(errno));
	return !got;
}

static void add(int set, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = { .events = events, .data.u64 = data };

	MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
	MUST(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
}

/* One event of one of the two; true: that has come to its end. */
static bool serve(int set, const int *fds, int *bytes)
{
	struct epoll_event event;
	int which;

	if (MUST(epoll_wait(set, &event, 1, 5000)) != 1) {
		CHECK(false, "nothing in five seconds");
		return false;
	}
	which = event.data.u64 == EDGE;
	CHECK(event.data.u64 == (which ? EDGE : LEVEL), "data %#lx", event.data.u64);
	CHECK(event.events & (EPOLLIN | EPOLLHUP), "events %#x", event.events);
	if (!take(fds[which], which ? 'e' : 'l', &bytes[which]))
		return false;
	CHECK(event.events & EPOLLHUP, "the end without EPOLLHUP");
	MUST(epoll_ctl(set, EPOLL_CTL_DEL, fds[which], NULL));
	return true;
}

int main(int argc, char **argv)
{
	int level[2], edge[2], lives[2], set, bytes[2] = { 0, 0 }, ended = 0;
	pid_t child;

	check_begin(argc, argv);
	MUST(pipe(level));
	MUST(pipe(edge));
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		write_as_child(level[1], edge[1], lives[0]);
		check_child_end();
	}
	MUST(close(level[1]));
	MUST(close(edge[1]));
	set = MUST(epoll_create1(EPOLL_CLOEXEC));
	add(set, level[0], EPOLLIN, LEVEL);
	add(set, edge[0], EPOLLIN | EPOLLET, EDGE);
	check_ready();
	while (!check_told())
		ended += serve(set, (int[]){ level[0], edge[0] }, bytes);
	CHECK(!ended, "%d pipes have ended too early", ended);
	MUST(close(lives[1]));
	while (ended < 2 && !check_failures)
		ended += serve(set, (int[]){ level[0], edge[0] }, bytes);
	check_join(child);
	CHECK(bytes[0] == bytes[1] && bytes[0], "%d and %d bytes came", bytes[0], bytes[1]);
	return check_end();
}
