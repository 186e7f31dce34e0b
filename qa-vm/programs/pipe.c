// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two pipes to a child, which sends back what it gets. All the time there are
 * numbers on their way in both; each comes once, in order.
 */
#include "check.h"

#define WINDOW	3000		/* numbers on their way, some 12 kB */

static int to_child[2], from_child[2];

static void send(uint32_t number)
{
	CHECK(MUST(write(to_child[1], &number, sizeof(number))) == sizeof(number), "short write");
}

static void receive(uint32_t number)
{
	uint32_t found = 0;
	char *at = (char *)&found;

	for (size_t length = 0; length < sizeof(found);) {
		ssize_t got = MUST(read(from_child[0], at + length, sizeof(found) - length));

		CHECK(got > 0, "the pipe ends at %u", number);
		if (got <= 0)
			return;
		length += got;
	}
	CHECK(found == number, "%u came, not %u", found, number);
}

/* In pieces that are no multiple of a number. */
static void echo(void)
{
	char piece[61];
	ssize_t got;

	while ((got = MUST(read(to_child[0], piece, sizeof(piece)))) > 0)
		for (ssize_t sent = 0; sent < got;)
			sent += MUST(write(from_child[1], piece + sent, got - sent));
}

int main(int argc, char **argv)
{
	uint32_t sent = 0, received = 0;
	ssize_t got;
	pid_t child;
	char byte;

	check_begin(argc, argv);
	MUST(pipe(to_child));
	MUST(pipe(from_child));
	child = MUST(fork());
	if (!child) {
		MUST(close(to_child[1]));
		MUST(close(from_child[0]));
		echo();
		check_child_end();
	}
	MUST(close(to_child[0]));
	MUST(close(from_child[1]));
	while (sent < WINDOW)
		send(sent++);
	check_ready();
	while (!check_told()) {
		for (int i = 0; i < 50 && !check_failures; i++) {
			receive(received++);
			send(sent++);
		}
		check_pause(1);
	}
	MUST(close(to_child[1]));
	while (received < sent && !check_failures)
		receive(received++);
	got = MUST(read(from_child[0], &byte, 1));
	CHECK(!got, "%zd bytes behind the end", got);
	check_join(child);
	return check_end();
}
