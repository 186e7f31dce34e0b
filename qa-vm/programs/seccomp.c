// SPDX-License-Identifier: GPL-2.0-only
/* A filter of system calls: what it forbids stays forbidden, for a child too. */
#include "check.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define FORBIDDEN	SYS_getpgid
#define ANSWER		EXDEV		/* which that call never gives */

static struct sock_filter rules[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FORBIDDEN, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ANSWER),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static void verify(const char *of)
{
	long found = syscall(FORBIDDEN, 0);
	int mode;

	CHECK(found == -1 && errno == ANSWER, "%s: the call gives %ld, %s", of, found,
	      strerror(errno));
	mode = MUST(prctl(PR_GET_SECCOMP));
	CHECK(mode == SECCOMP_MODE_FILTER, "%s: mode %d", of, mode);
}

int main(int argc, char **argv)
{
	struct sock_fprog filter = { sizeof(rules) / sizeof(rules[0]), rules };
	pid_t child;

	check_begin(argc, argv);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter));
	check_ready();
	while (!check_told()) {
		verify("the process");
		check_pause(CHECK_PAUSE_MS);
	}
	verify("the process");
	child = MUST(fork());
	if (!child) {
		verify("a child");
		check_child_end();
	}
	check_join(child);
	return check_end();
}
