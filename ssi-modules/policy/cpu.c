// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <asm/cpufeature.h>
#include <asm/fpu/xcr.h>
#include <asm/processor.h>

#include <ssi/cpu.h>

enum { EAX, EBX, ECX, EDX };

/*
 * Leaves and their bits that programs can see by an instruction that works or not;
 * without those that belong to the kernel, to virtualization, or are hints.
 */
static const struct {
	u32 leaf, subleaf;
	u32 reg;
	u32 visible;
} leaves[SSI_CPU_WORDS - 1] = {
	{ 0x1, 0, ECX, 0x76d83203 },	/* SSE3 PCLMUL SSSE3 FMA CX16 SSE4 MOVBE POPCNT AES ... */
	{ 0x1, 0, EDX, 0x07888111 },	/* FPU TSC CX8 CMOV CLFLUSH MMX FXSR SSE SSE2 */
	{ 0x7, 0, EBX, 0xfdaf0939 },	/* FSGSBASE BMI HLE AVX2 RTM AVX512 RDSEED ADX SHA ... */
	{ 0x7, 0, ECX, 0x1a405f6a },	/* VBMI PKU WAITPKG GFNI VAES VNNI RDPID MOVDIRI ... */
	{ 0x7, 0, EDX, 0x03c1410c },	/* AVX512_VP2INTERSECT SERIALIZE TSXLDTRK AMX FP16 ... */
	{ 0x7, 1, EAX, 0x00a000b7 },	/* SHA512 SM3 SM4 AVX_VNNI BF16 CMPCCXADD AMX_FP16 ... */
	{ 0x80000001, 0, ECX, 0x00210961 },	/* LAHF ABM SSE4A PREFETCHW XOP FMA4 TBM */
	{ 0x80000001, 0, EDX, 0xe8400800 },	/* SYSCALL MMXEXT RDTSCP LM 3DNOW */
	{ 0xd, 1, EAX, 0x00000007 },	/* XSAVEOPT XSAVEC XGETBV1 */
};

static u32 word_of(unsigned int i)
{
	u32 reg[4];

	if (leaves[i].leaf > cpuid_eax(leaves[i].leaf & 0x80000000))
		return 0;
	cpuid_count(leaves[i].leaf, leaves[i].subleaf, &reg[EAX], &reg[EBX], &reg[ECX], &reg[EDX]);
	return reg[leaves[i].reg] & leaves[i].visible;
}

void ssi_cpu_here(struct ssi_cpu *cpu)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		cpu->word[i] = word_of(i);
	cpu->word[i] = boot_cpu_has(X86_FEATURE_OSXSAVE) ?
		(u32)xgetbv(XCR_XFEATURE_ENABLED_MASK) : 0;
}

bool ssi_cpu_covers(const struct ssi_cpu *cpu, const struct ssi_cpu *used)
{
	unsigned int i;

	for (i = 0; i < SSI_CPU_WORDS; i++)
		if (used->word[i] & ~cpu->word[i])
			return false;
	return true;
}
