// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers: all general ones, flags, x87 and vectors, while the program computes
 * and while it sleeps in a system call, with control words that nobody else has.
 */
#include "check.h"

#define VECTORS	16

struct registers {
	uint64_t general[15];		/* all but rsp, in the order of HOLD */
	uint64_t flags;
	uint8_t vector[VECTORS][64];
	uint8_t x87[8][16];		/* ten bytes each */
	uint32_t mxcsr;
	uint16_t control;
};

/* Read and written by the assembly below. */
struct registers given __attribute__((used)), found __attribute__((used));
uint32_t spins __attribute__((used));
struct timespec nap __attribute__((used)) = { .tv_nsec = 30000000 };

enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11 };
#define GENERAL "rax,rbx,rcx,rdx,rsi,rdi,rbp,r8,r9,r10,r11,r12,r13,r14,r15"
#define FLAGS	0x401			/* carry and direction */

/*
 * Fills all registers from @given, does @body, and stores them in @found. The
 * offsets are those of struct registers.
 */
#define HOLD(name, move, vector, body)					\
	asm(".text\n" #name ":\n"					\
	    "push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n" \
	    "fninit; fldcw given+1284(%rip); ldmxcsr given+1280(%rip)\n" \
	    ".set at, 0; .rept 8; fldt given+1152+at(%rip); .set at, at+16; .endr\n" \
	    ".set at, 0; .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n" \
	    #move " given+128+at(%rip), %" #vector "\\n; .set at, at+64; .endr\n" \
	    "pushq given+120(%rip); popfq\n"				\
	    ".set at, 0; .irp r, " GENERAL "\n"				\
	    "mov given+at(%rip), %\\r; .set at, at+8; .endr\n"		\
	    body "\n"							\
	    ".set at, 0; .irp r, " GENERAL "\n"				\
	    "mov %\\r, found+at(%rip); .set at, at+8; .endr\n"		\
	    "pushfq; popq found+120(%rip); cld\n"			\
	    ".set at, 0; .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n" \
	    #move " %" #vector "\\n, found+128+at(%rip); .set at, at+64; .endr\n" \
	    ".set at, 112; .rept 8; fstpt found+1152+at(%rip); .set at, at-16; .endr\n" \
	    "stmxcsr found+1280(%rip); fnstcw found+1284(%rip)\n"	\
	    "fninit; ldmxcsr usual(%rip)\n"				\
	    "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n"); \
	void name(void)

#define COMPUTE	"1: decl spins(%rip); jnz 1b"
#define SLEEP	"mov $35, %eax; lea nap(%rip), %rdi; mov $0, %esi; syscall"

asm(".section .rodata\nusual: .long 0x1f80\n");
HOLD(compute_sse, movdqu, xmm, COMPUTE);
HOLD(sleep_sse, movdqu, xmm, SLEEP);
HOLD(compute_avx, vmovdqu, ymm, COMPUTE);
HOLD(sleep_avx, vmovdqu, ymm, SLEEP);
HOLD(compute_avx512, vmovdqu64, zmm, COMPUTE);
HOLD(sleep_avx512, vmovdqu64, zmm, SLEEP);

_Static_assert(offsetof(struct registers, vector) == 128, "as in HOLD");
_Static_assert(offsetof(struct registers, x87) == 1152, "as in HOLD");
_Static_assert(offsetof(struct registers, mxcsr) == 1280, "as in HOLD");
_Static_assert(offsetof(struct registers, control) == 1284, "as in HOLD");

static void prepare(unsigned int round)
{
	check_fill(given.general, sizeof(given.general), round);
	check_fill(given.vector, sizeof(given.vector), round + 1);
	check_fill(given.x87, sizeof(given.x87), round + 2);
	for (int i = 0; i < 8; i++) {
		given.x87[i][7] |= 0x80;	/* a normal number, which is kept bit by bit */
		given.x87[i][9] = 0x40;
	}
	given.flags = FLAGS;
	given.mxcsr = 0xbfa1;			/* down, flush to zero, two sticky flags */
	given.control = 0x0a7f;			/* up, double precision */
	spins = 1 << 22;
	memset(&found, 0, sizeof(found));
}

static void compare(bool slept, size_t width)
{
	for (int i = 0; i < 15; i++) {
		uint64_t wanted = given.general[i];

		if (slept && (i == RCX || i == R11))
			continue;		/* the system call's */
		if (slept && (i == RAX || i == RSI))
			wanted = 0;
		if (slept && i == RDI)
			wanted = (uintptr_t)&nap;
		CHECK(found.general[i] == wanted, "general register %d is %#lx, not %#lx", i,
		      found.general[i], wanted);
	}
	CHECK((found.flags & FLAGS) == FLAGS, "flags are %#lx", found.flags);
	for (int i = 0; i < VECTORS; i++)
		CHECK(!memcmp(found.vector[i], given.vector[i], width), "vector register %d", i);
	for (int i = 0; i < 8; i++)
		CHECK(!memcmp(found.x87[i], given.x87[i], 10), "x87 register %d", i);
	CHECK(found.mxcsr == given.mxcsr, "mxcsr is %#x", found.mxcsr);
	CHECK(found.control == given.control, "x87 control word is %#x", found.control);
}

int main(int argc, char **argv)
{
	check_begin(argc, argv);
	check_ready();
	for (unsigned int round = 0; !check_told(); round++) {
		bool sleeps = round % 2;

		prepare(round);
		if (__builtin_cpu_supports("avx512f") && round % 4 < 2) {
			sleeps ? sleep_avx512() : compute_avx512();
			compare(sleeps, 64);
		} else if (__builtin_cpu_supports("avx")) {
			sleeps ? sleep_avx() : compute_avx();
			compare(sleeps, 32);
		} else {
			sleeps ? sleep_sse() : compute_sse();
			compare(sleeps, 16);
		}
	}
	return check_end();
}
