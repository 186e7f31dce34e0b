// SPDX-License-Identifier: GPL-2.0-only
/* Memory that mlock() keeps present. */
#include "check.h"

#include <sys/mman.h>

#define BYTES	(8 * 4096UL)

static void verify(const char *memory, const char *when)
{
	char flags[256], locked[64], status[8192];
	unsigned long kb = 0;
	const char *line;

	check_smaps(memory, "VmFlags", flags, sizeof(flags));
	CHECK(strstr(flags, " lo"), "%s: no lo in VmFlags:%s", when, flags);
	check_smaps(memory, "Locked", locked, sizeof(locked));
	kb = strtoul(locked, NULL, 10);
	CHECK(kb == BYTES / 1024, "%s: %lu kB of the mapping are locked", when, kb);
	check_read("/proc/self/status", status, sizeof(status));
	line = strstr(status, "VmLck:");
	kb = line ? strtoul(line + 6, NULL, 10) : 0;
	CHECK(kb == BYTES / 1024, "%s: %lu kB of the process are locked", when, kb);
	check_same(memory, BYTES, 5, when);
}

int main(int argc, char **argv)
{
	char *memory;

	check_begin(argc, argv);
	memory = MUST(mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0));
	check_fill(memory, BYTES, 5);
	MUST(mlock(memory, BYTES));
	verify(memory, "before");
	check_wait();
	verify(memory, "afterwards");
	MUST(munlock(memory, BYTES));
	return check_end();
}
