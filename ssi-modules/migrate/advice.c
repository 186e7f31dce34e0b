// SPDX-License-Identifier: GPL-2.0-only
#include "advice.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/unistd.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>

#include "image.h"

static const struct {
	u32 flag;
	unsigned long vm_flag;
	int advice;
	bool hint;		/* without it a program runs as well, if slower */
} advices[] = {
	{ SSI_VMA_DONTFORK, VM_DONTCOPY, MADV_DONTFORK, false },
	{ SSI_VMA_WIPEONFORK, VM_WIPEONFORK, MADV_WIPEONFORK, false },
	{ SSI_VMA_DONTDUMP, VM_DONTDUMP, MADV_DONTDUMP, false },
	{ SSI_VMA_SEQUENTIAL, VM_SEQ_READ, MADV_SEQUENTIAL, true },
	{ SSI_VMA_RANDOM, VM_RAND_READ, MADV_RANDOM, true },
	{ SSI_VMA_HUGE, VM_HUGEPAGE, MADV_HUGEPAGE, true },
	{ SSI_VMA_NOT_HUGE, VM_NOHUGEPAGE, MADV_NOHUGEPAGE, true },
	{ SSI_VMA_MERGEABLE, VM_MERGEABLE, MADV_MERGEABLE, true },
};

u32 ssi_advice_of(unsigned long vm_flags)
{
	unsigned int i;
	u32 flags = 0;

	for (i = 0; i < ARRAY_SIZE(advices); i++)
		if (vm_flags & advices[i].vm_flag)
			flags |= advices[i].flag;
	return flags;
}

int ssi_advise(unsigned long start, unsigned long end, u32 flags)
{
	struct pt_regs regs = { .orig_ax = __NR_madvise };
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(advices); i++) {
		if (!(flags & advices[i].flag))
			continue;
		regs.di = start;
		regs.si = end - start;
		regs.dx = advices[i].advice;
		err = x64_sys_call(&regs, regs.orig_ax);
		if (err && !advices[i].hint)
			return err;
	}
	return 0;
}
