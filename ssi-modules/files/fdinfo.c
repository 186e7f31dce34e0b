// SPDX-License-Identifier: GPL-2.0-only
#include "fdinfo.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>

char *ssi_fdinfo(struct file *file)
{
	struct seq_file text = {};
	size_t size;

	for (size = SZ_4K; size <= SZ_4M; size *= 4) {
		text.buf = kvmalloc(size, GFP_KERNEL_ACCOUNT);
		if (!text.buf)
			return ERR_PTR(-ENOMEM);
		text.size = size;
		text.count = 0;
		file->f_op->show_fdinfo(&text, file);
		if (!seq_has_overflowed(&text)) {
			text.buf[text.count] = 0;
			return text.buf;
		}
		kvfree(text.buf);
	}
	return ERR_PTR(-E2BIG);
}
