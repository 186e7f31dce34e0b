// SPDX-License-Identifier: GPL-2.0-only
/* How ready the kernel is to kill the process when memory is short. */
#include "check.h"

#define ADJUSTMENT	"473\n"

static const char path[] = "/proc/self/oom_score_adj";

static void verify(const char *of)
{
	char found[32];

	check_read(path, found, sizeof(found));
	CHECK(!strcmp(found, ADJUSTMENT), "%s has %s", of, found);
}

int main(int argc, char **argv)
{
	pid_t child;
	int fd;

	check_begin(argc, argv);
	fd = MUST(open(path, O_WRONLY));
	MUST(write(fd, ADJUSTMENT, strlen(ADJUSTMENT)));
	MUST(close(fd));
	verify("the process before");
	check_wait();
	verify("the process");
	child = MUST(fork());
	if (!child) {
		verify("a child");
		check_child_end();
	}
	check_join(child);
	return check_end();
}
