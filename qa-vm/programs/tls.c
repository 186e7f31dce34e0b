// SPDX-License-Identifier: GPL-2.0-only
/* Thread-local storage: variables behind fs, and a gs base of the program's own. */
#include "check.h"

#include <asm/prctl.h>
#include <sys/syscall.h>

#define BYTES	8192

static __thread uint8_t variables[BYTES];
static uint64_t behind_gs[4] = { 11, 22, 33, 44 };

static uint64_t base(int which)
{
	uint64_t address = 0;

	MUST(syscall(SYS_arch_prctl, which, &address));
	return address;
}

int main(int argc, char **argv)
{
	uint64_t fs, found;

	check_begin(argc, argv);
	fs = base(ARCH_GET_FS);
	MUST(syscall(SYS_arch_prctl, ARCH_SET_GS, behind_gs));
	check_ready();
	for (unsigned int round = 0; !check_told(); round++) {
		check_fill(variables, BYTES, round);
		behind_gs[2] = round;
		check_pause(CHECK_PAUSE_MS);
		check_same(variables, BYTES, round, "thread-local variables");
		asm volatile("movq %%gs:16, %0" : "=r"(found));
		CHECK(found == round, "gs:16 is %lu, not %u", found, round);
		asm volatile("movq %%fs:0, %0" : "=r"(found));
		CHECK(found == fs, "fs:0 is %#lx, not %#lx", found, fs);
		CHECK(base(ARCH_GET_FS) == fs, "fs base is %#lx, not %#lx", base(ARCH_GET_FS), fs);
		CHECK(base(ARCH_GET_GS) == (uintptr_t)behind_gs, "gs base is %#lx, not %p",
		      base(ARCH_GET_GS), (void *)behind_gs);
	}
	return check_end();
}
