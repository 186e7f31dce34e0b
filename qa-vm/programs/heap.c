// SPDX-License-Identifier: GPL-2.0-only
/* The heap by brk(): it grows and shrinks, and keeps its contents. */
#include "check.h"

#define PAGE	4096
#define PAGES	64		/* at the most, above those of the beginning */

int main(int argc, char **argv)
{
	unsigned int pages = 0;
	char *start, *end;

	check_begin(argc, argv);
	start = MUST(sbrk(16 * PAGE));
	check_fill(start, 16 * PAGE, 1);
	start += 16 * PAGE;
	check_ready();
	for (unsigned int round = 0; !check_told(); round++) {
		end = MUST(sbrk(0));
		CHECK(end == start + pages * PAGE, "the heap ends at %p, not %p", (void *)end,
		      (void *)(start + pages * PAGE));
		if (pages < PAGES) {
			end = MUST(sbrk(PAGE));
			for (int i = 0; i < PAGE && !check_failures; i++)
				CHECK(!end[i], "byte %d of a new page is %#x", i, end[i]);
			check_fill(end, PAGE, ++pages);
		} else {
			MUST(sbrk(-PAGES * PAGE));
			pages = 0;
		}
		for (unsigned int i = 0; i < pages; i++)
			check_same(start + i * PAGE, PAGE, i + 1, "a page of the heap");
		check_pause(CHECK_PAUSE_MS);
	}
	check_same(start - 16 * PAGE, 16 * PAGE, 1, "the heap's beginning");
	return check_end();
}
