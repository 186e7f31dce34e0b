// SPDX-License-Identifier: GPL-2.0-only
/* A System V semaphore that gets back what the program has taken, when that leaves it. */
#include "check.h"

#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#define ALL	6
#define TAKEN	2

static int id;

static void remove_set(void)
{
	semctl(id, 0, IPC_RMID);
}

static void expect(int wanted)
{
	int found = MUST(semctl(id, 0, GETVAL));

	CHECK(found == wanted, "the semaphore is %d, not %d", found, wanted);
}

int main(int argc, char **argv)
{
	struct sembuf take = { .sem_op = -TAKEN, .sem_flg = SEM_UNDO };

	check_begin(argc, argv);
	id = MUST(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600));
	atexit(remove_set);
	MUST(semctl(id, 0, SETVAL, ALL));
	MUST(semop(id, &take, 1));
	check_ready();
	while (!check_told()) {
		expect(ALL - TAKEN);
		check_pause(CHECK_PAUSE_MS);
	}
	MUST(semop(id, &take, 1));
	expect(ALL - 2 * TAKEN);
	MUST(unshare(CLONE_SYSVSEM));		/* undone as at its end */
	expect(ALL);
	return check_end();
}
