// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and checks the memory part of an image. Every address is inside user
 * space, page-aligned and in ascending order before anything is mapped.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mm.h>

#include <ssi/files.h>
#include <ssi/wire.h>

#include "image.h"

static bool good_address(u64 address)
{
	return PAGE_ALIGNED(address) && address < TASK_SIZE_MAX;
}

static int decode_layout(struct ssi_cursor *c, struct ssi_image_memory *m)
{
	u64 last = 0;
	u32 i;

	m->vmas = ssi_get_count(c, SSI_VMAS_MAX);
	if (c->error)
		return c->error;
	m->vma = kvcalloc(m->vmas, sizeof(*m->vma), GFP_KERNEL);
	if (!m->vma)
		return -ENOMEM;
	for (i = 0; i < m->vmas; i++) {
		struct ssi_image_vma *vma = &m->vma[i];

		vma->start = ssi_get_u64(c);
		vma->end = ssi_get_u64(c);
		vma->page_offset = ssi_get_u64(c);
		vma->flags = ssi_get_u32(c);
		vma->file = ssi_get_u32(c);
		if (!good_address(vma->start) || !PAGE_ALIGNED(vma->end) ||
		    vma->end > TASK_SIZE_MAX || vma->start < last || vma->end <= vma->start ||
		    vma->flags & ~SSI_VMA_BITS || vma->page_offset > U64_MAX >> PAGE_SHIFT)
			ssi_cursor_fail(c);
		last = vma->end;
	}
	return c->error;
}

static int decode_files(struct ssi_cursor *c, struct ssi_image_memory *m)
{
	u32 i, count = ssi_get_count(c, m->vmas);

	for (i = 0; i < m->vmas; i++)
		if (m->vma[i].file > count)
			ssi_cursor_fail(c);
	if (c->error)
		return c->error;
	m->file = kvcalloc(count, sizeof(*m->file), GFP_KERNEL);
	if (!m->file)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct file *file = ssi_path_decode(c, O_RDONLY | O_LARGEFILE);

		if (IS_ERR(file))
			return PTR_ERR(file);
		m->file[m->files++] = file;
	}
	return 0;
}

static int decode_pages(struct ssi_cursor *c, struct ssi_image_memory *m)
{
	u32 i, contents;

	m->pages = ssi_get_count(c, SSI_PAGES_MAX);
	/* do not allocate more than the message can hold */
	if (c->error || c->left / sizeof(u64) < m->pages)
		return -EBADMSG;
	m->page = kvmalloc_array(m->pages, sizeof(*m->page), GFP_KERNEL);
	if (m->pages && !m->page)
		return -ENOMEM;
	for (i = 0; i < m->pages; i++) {
		m->page[i] = ssi_get_u64(c);
		if (!good_address(m->page[i]))
			ssi_cursor_fail(c);
	}
	contents = min_t(u32, m->pages, SSI_INLINE_PAGES) * PAGE_SIZE;
	m->inline_page = ssi_get_view(c, contents);
	return c->error;
}

int ssi_decode_memory(struct ssi_cursor *c, struct ssi_image_memory *m)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(m->field); i++) {
		m->field[i] = ssi_get_u64(c);
		if (m->field[i] >= TASK_SIZE_MAX)
			ssi_cursor_fail(c);
	}
	m->mmap_base = ssi_get_u64(c);
	m->flags = ssi_get_u64(c);
	m->vdso = ssi_get_u64(c);
	ssi_get_bytes(c, m->auxv, sizeof(m->auxv));
	m->auxv[AT_VECTOR_SIZE - 2] = AT_NULL;	/* readers stop there */
	m->auxv[AT_VECTOR_SIZE - 1] = 0;
	if (c->error || m->mmap_base >= TASK_SIZE_MAX || (m->vdso && !good_address(m->vdso)))
		return -EBADMSG;

	m->exe = ssi_path_decode(c, O_RDONLY | O_LARGEFILE);
	if (IS_ERR(m->exe))
		return PTR_ERR(m->exe);
	m->cwd = ssi_path_decode(c, O_PATH);
	if (IS_ERR(m->cwd))
		return PTR_ERR(m->cwd);
	ret = decode_layout(c, m);
	if (!ret)
		ret = decode_files(c, m);
	if (!ret)
		ret = decode_pages(c, m);
	return ret;
}

void ssi_release_memory(struct ssi_image_memory *m)
{
	u32 i;

	for (i = 0; i < m->files; i++)
		fput(m->file[i]);
	kvfree(m->file);
	kvfree(m->vma);
	kvfree(m->page);
	if (!IS_ERR_OR_NULL(m->exe))
		fput(m->exe);
	if (!IS_ERR_OR_NULL(m->cwd))
		fput(m->cwd);
}
