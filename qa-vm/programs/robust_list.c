// SPDX-License-Identifier: GPL-2.0-only
/* Addresses the kernel keeps: the list of robust futexes, the thread id it clears at the end. */
#include "check.h"

#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static struct robust_list_head head = { .list = { .next = &head.list } };
static pid_t tid;

int main(int argc, char **argv)
{
	struct robust_list_head *list = NULL;
	pid_t *kept = NULL;
	size_t bytes = 0;
	long found;

	check_begin(argc, argv);
	MUST(syscall(SYS_set_robust_list, &head, sizeof(head)));
	tid = MUST(syscall(SYS_set_tid_address, &tid));
	CHECK(tid == getpid(), "thread id is %d, process id %d", tid, getpid());
	check_wait();
	MUST(syscall(SYS_get_robust_list, 0, &list, &bytes));
	CHECK(list == &head && bytes == sizeof(head), "robust list is %p of %zu bytes, not %p",
	      (void *)list, bytes, (void *)&head);
	/* kernels for checkpoints only tell it */
	if (!prctl(PR_GET_TID_ADDRESS, &kept))
		CHECK(kept == &tid, "address to clear is %p, not %p", (void *)kept, (void *)&tid);
	/* asking for the address again tells the id */
	found = MUST(syscall(SYS_set_tid_address, &tid));
	CHECK(found == tid, "thread id is %ld, not %d", found, tid);
	return check_end();
}
