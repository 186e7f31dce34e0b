// SPDX-License-Identifier: GPL-2.0-only
/*
 * Builds current's memory from an image: an empty mm, the mappings by vm_mmap()
 * as a program would make them, then the contents of the private pages.
 */
#include <linux/binfmts.h>
#include <linux/fs_struct.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmu_context.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <asm/mmu_context.h>
#include <asm/vdso.h>

#include <ssi/peer.h>
#include <ssi/wire.h>

#include "advice.h"
#include "image.h"

/* of mm->flags: dumpable, core filter, THP and merge choices */
#define MM_FLAGS_MOVED	(MMF_INIT_MASK)

/* writes core dumps; built in, so no reference */
static struct linux_binfmt *elf;

void ssi_memory_init(void)
{
	elf = current->mm ? current->mm->binfmt : NULL;
}

void ssi_drop_memory(void)
{
	struct mm_struct *mm = current->mm;

	if (!mm)
		return;
	/* robust futexes, clear_child_tid, and a parent that waits in vfork */
	exec_mm_release(current, mm);
	setmax_mm_hiwater_rss(&current->signal->maxrss, mm);
	sched_mm_cid_before_execve(current);
	mmap_read_lock(mm);
	mmgrab_lazy_tlb(mm);
	task_lock(current);
	local_irq_disable();
	current->mm = NULL;
	enter_lazy_tlb(mm, current);
	local_irq_enable();
	task_unlock(current);
	mmap_read_unlock(mm);
	mm_update_next_owner(mm);
	mmput(mm);
}

/* Give current an empty mm; it has none. */
static int adopt_new_mm(const struct ssi_image *image)
{
	struct rlimit stack = image->task.rlimits[RLIMIT_STACK];
	unsigned int kthread = current->flags & PF_KTHREAD;
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return -ENOMEM;
	arch_pick_mmap_layout(mm, &stack);
	mm_init_cid(mm);
	/* it accepts only kernel threads, for good reasons that are not ours */
	current->flags |= PF_KTHREAD;
	kthread_use_mm(mm);
	if (!kthread)
		current->flags &= ~PF_KTHREAD;
	mmdrop(mm);	/* kthread_use_mm's reference; ours is mm_users */
	sched_mm_cid_after_execve(current);
	set_binfmt(elf);
	return 0;
}

static int map_vma(const struct ssi_image_memory *m, const struct ssi_image_vma *vma)
{
	unsigned long prot = 0, flags = MAP_FIXED_NOREPLACE, at;
	struct file *file = vma->file ? m->file[vma->file - 1] : NULL;

	if (vma->flags & SSI_VMA_READ)
		prot |= PROT_READ;
	if (vma->flags & SSI_VMA_WRITE)
		prot |= PROT_WRITE;
	if (vma->flags & SSI_VMA_EXEC)
		prot |= PROT_EXEC;
	flags |= (vma->flags & SSI_VMA_SHARED) ? MAP_SHARED : MAP_PRIVATE;
	if (!file)
		flags |= MAP_ANONYMOUS;
	if (vma->flags & SSI_VMA_STACK)
		flags |= MAP_GROWSDOWN | MAP_STACK;
	if (vma->flags & SSI_VMA_NORESERVE)
		flags |= MAP_NORESERVE;
	if (vma->flags & SSI_VMA_LOCKED)
		flags |= MAP_LOCKED;
	at = vm_mmap(file, vma->start, vma->end - vma->start, prot, flags,
		     file ? vma->page_offset << PAGE_SHIFT : 0);
	if (IS_ERR_VALUE(at))
		return (long)at;
	return at == vma->start ? ssi_advise(vma->start, vma->end, vma->flags) : -EINVAL;
}

static int map_vdso(unsigned long vdso)
{
	int ret;

	if (!vdso)
		return 0;
	ret = map_vdso_once(&vdso_image_64, vdso + vdso_image_64.sym_vvar_start);
	if (ret)
		return ret;
	return (unsigned long)current->mm->context.vdso == vdso ? 0 : -EINVAL;
}

static void install_fields(const struct ssi_image_memory *m)
{
	struct mm_struct *mm = current->mm;

	mm->start_code = m->field[0];
	mm->end_code = m->field[1];
	mm->start_data = m->field[2];
	mm->end_data = m->field[3];
	mm->start_brk = m->field[4];
	mm->brk = m->field[5];
	mm->start_stack = m->field[6];
	mm->arg_start = m->field[7];
	mm->arg_end = m->field[8];
	mm->env_start = m->field[9];
	mm->env_end = m->field[10];
	memcpy(mm->saved_auxv, m->auxv, sizeof(mm->saved_auxv));
}

static int write_pages(const struct ssi_image_memory *m, u32 first, u32 count, const u8 *data)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (access_process_vm(current, m->page[first + i],
				      (void *)(data + (size_t)i * PAGE_SIZE), PAGE_SIZE,
				      FOLL_WRITE | FOLL_FORCE) != PAGE_SIZE)
			return -EFAULT;
	return 0;
}

static int pull_pages(const struct ssi_image *image, u32 first, u32 count)
{
	struct ssi_message *ask = ssi_message_new(SSI_PULL, 8, GFP_KERNEL), *reply;
	struct ssi_writer w;
	int ret;

	if (!ask)
		return -ENOMEM;
	ask->pid = image->msg->pid;
	ask->incarnation = image->msg->incarnation;
	ssi_writer_init(&w, ask, GFP_KERNEL);
	ssi_put_u32(&w, first);
	ssi_put_u32(&w, count);
	ret = ssi_call(image->peer, SSI_BULK, ask, ssi_time(SSI_T_PULL), &reply);
	if (ret)
		return ret;
	if (reply->length == count * PAGE_SIZE)
		ret = write_pages(&image->memory, first, count, reply->data);
	else
		ret = -EBADMSG;
	ssi_message_put(reply);
	return ret;
}

static int fill_pages(const struct ssi_image *image)
{
	const struct ssi_image_memory *m = &image->memory;
	u32 at = min_t(u32, m->pages, SSI_INLINE_PAGES);
	int ret = write_pages(m, 0, at, m->inline_page);

	while (!ret && at < m->pages) {
		u32 count = min_t(u32, m->pages - at, SSI_PULL_PAGES);

		ret = pull_pages(image, at, count);
		at += count;
	}
	return ret;
}

int ssi_install_memory(struct ssi_image *image)
{
	const struct ssi_image_memory *m = &image->memory;
	struct mm_struct *mm;
	u32 i;
	int ret;

	ssi_drop_memory();
	ret = adopt_new_mm(image);
	if (ret)
		return ret;
	mm = current->mm;
	mm->mmap_base = m->mmap_base;
	mm->task_size = TASK_SIZE;
	mm->flags = (mm->flags & ~MM_FLAGS_MOVED) | (m->flags & MM_FLAGS_MOVED);
	__set_bit(MM_CONTEXT_HAS_VSYSCALL, &mm->context.flags);
	ret = set_mm_exe_file(mm, m->exe);
	if (ret)
		return ret;
	set_fs_pwd(current->fs, &m->cwd->f_path);
	for (i = 0; i < m->vmas && !ret; i++)
		ret = map_vma(m, &m->vma[i]);
	if (!ret)
		ret = map_vdso(m->vdso);
	if (ret)
		return ret;
	install_fields(m);
	return fill_pages(image);
}
