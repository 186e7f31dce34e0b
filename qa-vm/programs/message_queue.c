// SPDX-License-Identifier: GPL-2.0-only
/* A System V message queue: messages of two types in their order, some always in it. */
#include "check.h"

#include <sys/ipc.h>
#include <sys/msg.h>

#define HELD	20		/* of each type */

struct numbered {
	long type;
	uint32_t number;
	char text[100];
};

#define LENGTH	(sizeof(struct numbered) - sizeof(long))

static int id;

static void remove_queue(void)
{
	msgctl(id, IPC_RMID, NULL);
}

static void send(long type, uint32_t number)
{
	struct numbered message = { .type = type, .number = number };

	check_fill(message.text, sizeof(message.text), type + number);
	MUST(msgsnd(id, &message, LENGTH, IPC_NOWAIT));
}

static void receive(long type, uint32_t number)
{
	struct numbered message = { 0 };
	ssize_t got = MUST(msgrcv(id, &message, LENGTH, type, IPC_NOWAIT));

	CHECK(got == LENGTH && message.type == type && message.number == number,
	      "%zd bytes, type %ld, number %u, not %u", got, message.type, message.number, number);
	check_same(message.text, sizeof(message.text), type + number, "the text");
}

int main(int argc, char **argv)
{
	uint32_t sent = 0, received = 0;
	struct msqid_ds info;

	check_begin(argc, argv);
	id = MUST(msgget(IPC_PRIVATE, IPC_CREAT | 0600));
	atexit(remove_queue);
	for (; sent < HELD; sent++) {
		send(1, sent);
		send(2, sent);
	}
	check_ready();
	while (!check_told()) {
		receive(2, received);
		receive(1, received++);
		send(1, sent);
		send(2, sent++);
		check_pause(CHECK_PAUSE_MS);
	}
	MUST(msgctl(id, IPC_STAT, &info));
	CHECK(info.msg_qnum == 2 * HELD && info.msg_lspid == getpid(), "%lu messages, by %d",
	      (unsigned long)info.msg_qnum, info.msg_lspid);
	while (received < sent && !check_failures) {
		receive(1, received);
		receive(2, received++);
	}
	return check_end();
}
