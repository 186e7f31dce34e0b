/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_LENT_H
#define _SSI_LENT_H
/*
 * A piece of current's memory, lent for a moment to a function of the kernel that
 * knows user memory only.
 */
#include <linux/mm.h>
#include <linux/mman.h>

/* address of @bytes zeros in current's memory, or IS_ERR_VALUE(): -ENOMEM... */
static inline unsigned long ssi_lend(size_t bytes)
{
	return vm_mmap(NULL, 0, PAGE_ALIGN(bytes), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
}

static inline void ssi_take_back(unsigned long lent, size_t bytes)
{
	vm_munmap(lent, PAGE_ALIGN(bytes));
}
#endif /* _SSI_LENT_H */
