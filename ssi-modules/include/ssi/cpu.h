/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_CPU_H
#define _SSI_CPU_H
/*
 * What a program may use of a CPU: instructions and register state. A program looks
 * once and chooses, so one that runs only goes where all is that was where it
 * began; and since every program must be able to come home, a new one does not
 * begin where there is more than the head has.
 */
#include <linux/types.h>

#define SSI_CPU_WORDS	10

/* Bits of CPUID leaves, masked by what is visible to programs; XCR0. */
struct ssi_cpu {
	u32 word[SSI_CPU_WORDS];
};

/* of this machine */
void ssi_cpu_here(struct ssi_cpu *cpu);
/* @cpu has all that @used has; pure */
bool ssi_cpu_covers(const struct ssi_cpu *cpu, const struct ssi_cpu *used);
#endif /* _SSI_CPU_H */
