// SPDX-License-Identifier: GPL-2.0-only
/* What madvise() has marked stays marked, and the marks do what they say. */
#include "check.h"

#include <sys/mman.h>

#define BYTES	(4UL << 20)	/* room for a huge page */
#define PART	65536

static struct {
	const char *name;
	int advice;
	const char *flag;	/* in VmFlags */
	bool is_known;		/* to this kernel */
	char *memory;
} advices[] = {
	{ "DONTFORK", MADV_DONTFORK, " dc", false, NULL },
	{ "WIPEONFORK", MADV_WIPEONFORK, " wf", false, NULL },
	{ "DONTDUMP", MADV_DONTDUMP, " dd", false, NULL },
	{ "SEQUENTIAL", MADV_SEQUENTIAL, " sr", false, NULL },
	{ "RANDOM", MADV_RANDOM, " rr", false, NULL },
	{ "HUGEPAGE", MADV_HUGEPAGE, " hg", false, NULL },
	{ "NOHUGEPAGE", MADV_NOHUGEPAGE, " nh", false, NULL },
	{ "MERGEABLE", MADV_MERGEABLE, " mg", false, NULL },
};

enum { DONTFORK, WIPEONFORK, ADVICES = sizeof(advices) / sizeof(advices[0]) };

static void advise(unsigned int i)
{
	/* nothing beside it, or they would become one mapping */
	char *memory = MUST(mmap(NULL, 3 * BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	memory += BYTES;
	MUST(mprotect(memory, BYTES, PROT_READ | PROT_WRITE));
	check_fill(memory, PART, i);
	advices[i].memory = memory;
	advices[i].is_known = !madvise(memory, BYTES, advices[i].advice);
	if (!advices[i].is_known)
		CHECK(i > WIPEONFORK && errno == EINVAL, "%s: %s", advices[i].name,
		      strerror(errno));
}

static void verify(unsigned int i)
{
	char flags[256];

	check_same(advices[i].memory, PART, i, advices[i].name);
	check_smaps(advices[i].memory, "VmFlags", flags, sizeof(flags));
	CHECK(!advices[i].is_known || strstr(flags, advices[i].flag), "%s: no%s in VmFlags:%s",
	      advices[i].name, advices[i].flag, flags);
}

/* The child has not the one, and finds the other empty. */
static void verify_fork(void)
{
	static const char zero[PART];
	pid_t child;
	int ends[2];

	MUST(pipe(ends));
	child = MUST(fork());
	if (!child) {
		ssize_t sent = write(ends[1], advices[DONTFORK].memory, 1);

		CHECK(sent == -1 && errno == EFAULT, "the child has what is marked DONTFORK");
		CHECK(!memcmp(advices[WIPEONFORK].memory, zero, PART),
		      "the child finds something in what is marked WIPEONFORK");
		check_child_end();
	}
	check_join(child);
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	for (unsigned int i = 0; i < ADVICES; i++) {
		advise(i);
		verify(i);
	}
	check_ready();
	while (!check_told()) {
		for (unsigned int i = 0; i < ADVICES; i++)
			check_same(advices[i].memory, PART, i, advices[i].name);
		check_pause(CHECK_PAUSE_MS);
	}
	for (unsigned int i = 0; i < ADVICES; i++)
		verify(i);
	verify_fork();
	return check_end();
}
