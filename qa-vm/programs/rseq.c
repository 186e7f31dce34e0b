// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restartable sequences: the area that the C library has registered tells the CPU,
 * is still registered, and a sequence that is interrupted begins again.
 */
#include "check.h"

#include <sys/rseq.h>
#include <sys/syscall.h>

#define SPINS	20000

static volatile unsigned long begun, ended;

static struct rseq *area(void)
{
	return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}

/* Counts how often it begins; at its end, which comes once, it counts that. */
static void sequence(void)
{
	unsigned long spins;

	asm volatile(".pushsection __rseq_cs, \"aw\"\n"
		     ".balign 32\n"
		     "3: .long 0, 0\n"
		     ".quad 1f, 2f - 1f, 4f\n"
		     ".popsection\n"
		     "5: leaq 3b(%%rip), %%rax\n"
		     "movq %%rax, %[now]\n"
		     "1: incq %[begun]\n"
		     "movq %[most], %[spins]\n"
		     "6: decq %[spins]\n"
		     "jnz 6b\n"
		     "incq %[ended]\n"
		     "2:\n"
		     ".pushsection __rseq_failure, \"ax\"\n"
		     ".long 0x53053053\n"	/* RSEQ_SIG, before each handler */
		     "4: jmp 5b\n"
		     ".popsection\n"
		     : [now] "=m"(area()->rseq_cs), [begun] "+m"(begun), [ended] "+m"(ended),
		       [spins] "=&r"(spins)
		     : [most] "i"(SPINS)
		     : "rax", "memory", "cc");
	*(volatile __typeof__(area()->rseq_cs) *)&area()->rseq_cs = 0;
}

/* What the area says is what the kernel says, unless they move us in between. */
static void compare_cpu(void)
{
	unsigned int told = 0, asked = 0;

	for (int i = 0; i < 100; i++) {
		told = *(volatile __typeof__(area()->cpu_id) *)&area()->cpu_id;
		MUST(syscall(SYS_getcpu, &asked, NULL, NULL));
		if (told == asked)
			return;
	}
	CHECK(false, "the area tells CPU %d, the kernel %u", (int)told, asked);
}

int main(int argc, char **argv)
{
	unsigned long runs = 0;
	long again;

	check_begin(argc, argv);
	if (!__rseq_size) {
		check_wait();		/* a kernel without, or switched off */
		return check_end();
	}
	check_ready();
	while (!check_told()) {
		for (int i = 0; i < 1000; i++, runs++)
			sequence();
		CHECK(ended == runs && begun >= ended, "%lu of %lu have ended, %lu begun", ended,
		      runs, begun);
		compare_cpu();
		again = syscall(SYS_rseq, area(), 32, 0, RSEQ_SIG);
		CHECK(again == -1 && errno == EBUSY, "registering again gives %ld, %s", again,
		      strerror(errno));
		check_pause(1);
	}
	return check_end();
}
