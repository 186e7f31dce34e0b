/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_ADVICE_H
#define _SSI_ADVICE_H
/* What madvise() has said of a mapping: SSI_VMA_ bits of an image. */
#include <linux/types.h>

u32 ssi_advice_of(unsigned long vm_flags);
/*
 * Say it again of current's mapping. Return: 0; an errno: it can not be said here. A
 * hint that this kernel does not know is left out.
 */
int ssi_advise(unsigned long start, unsigned long end, u32 flags);
#endif /* _SSI_ADVICE_H */
