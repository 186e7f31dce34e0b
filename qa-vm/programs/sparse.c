// SPDX-License-Identifier: GPL-2.0-only
/* A mapping much larger than the memory, without reserve, that has a few pages. */
#include "check.h"

#include <sys/mman.h>

#define PAGE	4096UL
#define BYTES	(64UL << 30)
#define STEP	(BYTES / 8)	/* each used page may be a huge one */
#define FLAG	" nr"		/* no reserve */

static void verify(const char *all)
{
	static const char zero[PAGE];

	for (unsigned long at = 0, i = 0; at < BYTES; at += STEP, i++) {
		check_same(all + at, PAGE, i, "a page");
		CHECK(!memcmp(all + at + STEP / 2, zero, PAGE), "page at %#lx is not empty",
		      at + STEP / 2);
	}
}

int main(int argc, char **argv)
{
	char *all, flags[256];

	check_begin(argc, argv);
	all = MUST(mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
	for (unsigned long at = 0, i = 0; at < BYTES; at += STEP, i++)
		check_fill(all + at, PAGE, i);
	check_smaps(all, "VmFlags", flags, sizeof(flags));
	CHECK(strstr(flags, FLAG), "no" FLAG " in VmFlags before:%s", flags);
	check_ready();
	while (!check_told()) {
		verify(all);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(all);
	check_smaps(all, "VmFlags", flags, sizeof(flags));
	CHECK(strstr(flags, FLAG), "no" FLAG " in VmFlags afterwards:%s", flags);
	return check_end();
}
