// SPDX-License-Identifier: GPL-2.0-only
/* The personality of a process, and what one of its bits does. */
#include "check.h"

#include <sys/mman.h>
#include <sys/personality.h>

#define WANTED	(PER_LINUX | ADDR_NO_RANDOMIZE | STICKY_TIMEOUTS | READ_IMPLIES_EXEC)
#define ASK	0xffffffffUL

static void verify(void)
{
	int found = MUST(personality(ASK));

	CHECK(found == (int)WANTED, "the personality is %#x, not %#x", found, (int)WANTED);
}

/* What can be read can be executed. */
static void verify_bit(void)
{
	static const uint8_t code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };	/* return 42; */
	void *page = MUST(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0));
	int (*function)(void) = page;

	memcpy(page, code, sizeof(code));
	CHECK(function() == 42, "the code gives something else");
	MUST(munmap(page, 4096));
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	MUST(personality(WANTED));
	check_ready();
	while (!check_told()) {
		verify();
		verify_bit();
		check_pause(CHECK_PAUSE_MS);
	}
	verify();
	verify_bit();
	return check_end();
}
