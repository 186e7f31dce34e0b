// SPDX-License-Identifier: GPL-2.0-only
/* System V semaphores: the program and a child take turns. */
#include "check.h"

#include <sys/ipc.h>
#include <sys/sem.h>

enum { MINE, THEIRS, UNTOUCHED, SEMAPHORES };

static int id, made_by;

static void remove_set(void)
{
	if (getpid() == made_by)
		semctl(id, 0, IPC_RMID);
}

/* false: they are no more */
static bool change(int semaphore, int by)
{
	struct sembuf operation = { .sem_num = semaphore, .sem_op = by };

	while (semop(id, &operation, 1)) {
		if (errno == EIDRM || errno == EINVAL)
			return false;
		if (errno != EINTR)
			check_die(__FILE_NAME__, __LINE__, "semop");
	}
	return true;
}

int main(int argc, char **argv)
{
	uint16_t values[SEMAPHORES] = { 1, 0, 4711 };
	unsigned int turns = 0;
	pid_t child;
	int found;

	check_begin(argc, argv);
	made_by = getpid();
	id = MUST(semget(IPC_PRIVATE, SEMAPHORES, IPC_CREAT | 0600));
	atexit(remove_set);
	MUST(semctl(id, 0, SETALL, values));
	child = MUST(fork());
	if (!child) {
		while (change(THEIRS, -1) && change(MINE, 1))
			check_pause(2);
		check_child_end();
	}
	check_ready();
	for (; !check_told(); turns++) {
		CHECK(change(MINE, -1), "the semaphores are gone");
		found = MUST(semctl(id, MINE, GETVAL));
		CHECK(!found, "it is our turn, and the semaphore is %d", found);
		found = MUST(semctl(id, UNTOUCHED, GETVAL));
		CHECK(found == values[UNTOUCHED], "the other is %d", found);
		change(THEIRS, 1);
	}
	change(MINE, -1);
	found = MUST(semctl(id, MINE, GETPID));
	CHECK(found == getpid(), "the last who used it was %d", found);
	MUST(semctl(id, 0, IPC_RMID));
	check_join(child);
	CHECK(turns > 0, "it was never our turn");
	return check_end();
}
