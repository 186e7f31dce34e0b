// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signalfd that moves: it has nothing but its set of signals, and reads those of
 * whoever reads it.
 */
#include "fdinfo.h"
#include "kinds.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>

#include <ssi/lent.h>

#include "../process/mirror.h"

struct ssi_made *ssi_signalfd_look(struct file *file, bool *complete)
{
	char *text = ssi_fdinfo(file);
	struct ssi_made *made;

	if (IS_ERR(text))
		return ERR_CAST(text);
	made = ssi_made_new(1);
	if (made && sscanf(text, "sigmask: %llx", &made->watch[0].data) != 1) {
		kvfree(made);
		made = ERR_PTR(-EIO);
	}
	/* those wait at home while they are blocked, see process/mirror.h */
	*complete = !IS_ERR_OR_NULL(made) && !(made->watch[0].data & SSI_JOB_STOPS);
	kvfree(text);
	return made ?: ERR_PTR(-ENOMEM);
}

int ssi_signalfd_make(const struct ssi_made *made)
{
	struct pt_regs regs = { .orig_ax = __NR_signalfd4, .di = -1 };
	unsigned long lent = ssi_lend(sizeof(u64));
	int fd = -EFAULT;

	if (IS_ERR_VALUE(lent))
		return lent;
	regs.si = lent;
	regs.dx = sizeof(u64);
	regs.r10 = made->flags;
	if (!put_user(made->watch[0].data, (u64 __user *)lent))
		fd = x64_sys_call(&regs, regs.orig_ax);
	ssi_take_back(lent, sizeof(u64));
	return fd;
}
