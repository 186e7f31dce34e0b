// SPDX-License-Identifier: GPL-2.0-only
/* The name that a program has given itself, and the link to its file. */
#include "check.h"

#include <sys/prctl.h>

#define NAME	"a name, (5) \\n"

static void verify_name(void)
{
	char name[16] = "";

	MUST(prctl(PR_GET_NAME, name));
	CHECK(!strcmp(name, NAME), "the name is %s", name);
}

static void verify_link(const char *wanted)
{
	char found[4096] = "";

	MUST(readlink("/proc/self/exe", found, sizeof(found) - 1));
	CHECK(!strcmp(found, wanted), "the link is to %s, not %s", found, wanted);
}

int main(int argc, char **argv)
{
	char link[4096] = "", comm[32], *end;

	check_begin(argc, argv);
	MUST(readlink("/proc/self/exe", link, sizeof(link) - 1));
	end = strrchr(link, '/');
	CHECK(end && !strcmp(end + 1, program_invocation_short_name), "the link is to %s", link);
	MUST(prctl(PR_SET_NAME, NAME));
	check_ready();
	while (!check_told()) {
		verify_name();
		verify_link(link);
		check_pause(CHECK_PAUSE_MS);
	}
	verify_name();
	verify_link(link);
	check_read("/proc/self/comm", comm, sizeof(comm));
	CHECK(!strcmp(comm, NAME "\n"), "comm is %s", comm);
	return check_end();
}
