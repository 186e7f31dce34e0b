// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private anonymous memory: contents, protections, and holes, by what an access
 * does. What is protected against reading keeps its contents.
 */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#define PAGES	16
#define BYTES	(PAGES * 4096UL)

enum { READ_WRITE, READ_ONLY, NO_ACCESS, HOLE, AFTER, PARTS };

static char *part[PARTS];
static sigjmp_buf back;
static volatile int fault;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	fault = info->si_code;
	siglongjmp(back, 1);
}

/* 0, or the code of the fault that an access gives */
static int touch(volatile char *byte, bool write)
{
	fault = 0;
	if (!sigsetjmp(back, 1)) {
		char value = *byte;

		if (write)
			*byte = value;
	}
	return fault;
}

static void expect(const char *what, volatile char *byte, bool write, int wanted)
{
	int found = touch(byte, write);

	CHECK(found == wanted, "%s the %s part gives %d, not %d", write ? "writing" : "reading",
	      what, found, wanted);
}

static void verify(unsigned int round)
{
	check_same(part[READ_WRITE], BYTES, round, "what can be written");
	check_same(part[READ_ONLY], BYTES, READ_ONLY, "what can be read");
	check_same(part[AFTER], BYTES, AFTER, "what is behind the hole");
	expect("writable", part[READ_WRITE] + BYTES - 1, true, 0);
	expect("read-only", part[READ_ONLY] + 4096, true, SEGV_ACCERR);
	expect("inaccessible", part[NO_ACCESS] + 4096, false, SEGV_ACCERR);
	expect("missing", part[HOLE] + 4096, false, SEGV_MAPERR);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	unsigned int round = 0;
	char *all;

	check_begin(argc, argv);
	MUST(sigaction(SIGSEGV, &action, NULL));
	all = MUST(mmap(NULL, PARTS * BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	for (int i = 0; i < PARTS; i++) {
		part[i] = all + i * BYTES;
		check_fill(part[i], BYTES, i);
	}
	MUST(mprotect(part[READ_ONLY], BYTES, PROT_READ));
	MUST(mprotect(part[NO_ACCESS], BYTES, PROT_NONE));
	MUST(munmap(part[HOLE], BYTES));
	check_ready();
	while (!check_told()) {
		verify(round);
		check_fill(part[READ_WRITE], BYTES, ++round);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(round);
	MUST(mprotect(part[NO_ACCESS], BYTES, PROT_READ));
	check_same(part[NO_ACCESS], BYTES, NO_ACCESS, "what could not be read");
	return check_end();
}
