// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack: frames of many calls keep their contents, and it grows further down
 * than it ever was before the program was moved.
 */
#include "check.h"

#include <sys/resource.h>

#define FRAME	2048
#define FRAMES	200
#define PIECE	65536
#define MOST	64		/* pieces, 4 MB */

/* Goes @pieces deeper; gives what it has found there. */
__attribute__((noinline)) static unsigned int grow(unsigned int pieces)
{
	volatile uint8_t piece[PIECE];
	unsigned int deeper = 0;

	check_fill(piece, PIECE, pieces);
	if (pieces > 1)
		deeper = grow(pieces - 1);
	check_same(piece, PIECE, pieces, "a new piece of the stack");
	return deeper + 1;
}

static void use(void)
{
	check_ready();
	for (unsigned int pieces = 1; !check_told(); pieces = pieces % MOST + 1) {
		unsigned int found = grow(pieces);

		CHECK(found == pieces, "%u pieces, not %u", found, pieces);
		check_pause(CHECK_PAUSE_MS);
	}
}

__attribute__((noinline)) static unsigned int call(unsigned int depth)
{
	volatile uint8_t frame[FRAME];
	unsigned int deeper = 0;

	check_fill(frame, FRAME, depth);
	if (depth < FRAMES)
		deeper = call(depth + 1);
	else
		use();
	check_same(frame, FRAME, depth, "a frame");
	return deeper + 1;
}

/* The mapping with our frame in it still grows down, "gd". */
static void verify_flag(void)
{
	char line[512], flags[512] = "";
	unsigned long start, end, here = (uintptr_t)line;
	FILE *smaps = fopen("/proc/self/smaps", "re");
	bool is_ours = false;

	while (smaps && fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			is_ours = start <= here && here < end;
		else if (is_ours && !strncmp(line, "VmFlags:", 8))
			strcpy(flags, line);
	}
	if (smaps)
		fclose(smaps);
	CHECK(strstr(flags, " gd"), "the stack does not grow: %s", flags);
}

int main(int argc, char **argv)
{
	struct rlimit limit = { .rlim_cur = 8 << 20, .rlim_max = RLIM_INFINITY };
	struct rlimit old;
	unsigned int found;

	check_begin(argc, argv);
	MUST(getrlimit(RLIMIT_STACK, &old));
	limit.rlim_max = old.rlim_max;
	MUST(setrlimit(RLIMIT_STACK, &limit));
	found = call(0);
	CHECK(found == FRAMES + 1, "%u calls, not %u", found, FRAMES + 1);
	verify_flag();
	return check_end();
}
