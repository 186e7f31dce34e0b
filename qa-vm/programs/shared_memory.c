// SPDX-License-Identifier: GPL-2.0-only
/* System V shared memory, attached, that a child changes, too. */
#include "check.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#define BYTES	20000

struct shared {
	uint32_t by_parent, by_child;
	char contents[BYTES];
};

static void count_as_child(volatile struct shared *shared, int goes_on)
{
	uint32_t last = 0;

	while (check_goes_on(goes_on, 5)) {
		CHECK(shared->by_parent >= last, "the parent's counter goes from %u to %u", last,
		      shared->by_parent);
		last = shared->by_parent;
		shared->by_child++;
	}
	CHECK(last > 0, "the parent has never counted");
}

int main(int argc, char **argv)
{
	volatile struct shared *shared;
	uint32_t count = 0, seen = 0;
	struct shmid_ds info;
	int id, lives[2];
	pid_t child;

	check_begin(argc, argv);
	id = MUST(shmget(IPC_PRIVATE, sizeof(*shared), IPC_CREAT | 0600));
	shared = MUST(shmat(id, NULL, 0));
	MUST(shmctl(id, IPC_RMID, NULL));	/* it stays as long as it is attached */
	check_fill(shared->contents, BYTES, 9);
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		count_as_child(shared, lives[0]);
		check_child_end();
	}
	check_ready();
	while (!check_told()) {
		shared->by_parent = ++count;
		CHECK(shared->by_child >= seen, "the child's counter goes from %u to %u", seen,
		      shared->by_child);
		seen = shared->by_child;
		check_pause(CHECK_PAUSE_MS);
		check_same(shared->contents, BYTES, 9, "the shared memory");
		CHECK(shared->by_parent == count, "the counter is %u, not %u", shared->by_parent,
		      count);
	}
	MUST(shmctl(id, IPC_STAT, &info));
	CHECK(info.shm_nattch == 2 && info.shm_cpid == getpid(), "%lu have it, %d has made it",
	      (unsigned long)info.shm_nattch, info.shm_cpid);
	MUST(close(lives[1]));
	check_join(child);
	CHECK(shared->by_child > 0, "the child has never counted");
	MUST(shmdt((const void *)shared));
	CHECK(shmctl(id, IPC_STAT, &info) == -1, "the memory is still there");
	return check_end();
}
