// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of an image, eager: the layout, which files are mapped where, and the
 * private pages (anonymous ones and changed pages of file mappings). Pages of
 * the files themselves are read from the shared root by the other machine.
 *
 * Not movable yet: huge-page files, mappings of devices, shared mappings that
 * can be written (their mmap() has sent the guest home, so that none is here).
 */
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/hugetlb.h>
#include <linux/mman.h>
#include <linux/mmu_context.h>
#include <linux/pagewalk.h>
#include <linux/sched/mm.h>
#include <linux/swapops.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <ssi/files.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include "advice.h"
#include "image.h"

struct mapped_files {
	struct file **file;
	u32 count;
};

static bool is_special(const struct vm_area_struct *vma)
{
	/* vdso and vvar: made anew by the other kernel */
	return !vma->vm_file && vma->vm_ops;
}

static int check_movable(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP | VM_HUGETLB | VM_UFFD_MISSING))
		return -EOPNOTSUPP;
	if ((vma->vm_flags & VM_SHARED) && (!vma->vm_file || (vma->vm_flags & VM_MAYWRITE)))
		return -EOPNOTSUPP;
	return 0;
}

static u32 wire_flags(unsigned long vm_flags)
{
	u32 flags = 0;

	if (vm_flags & VM_READ)
		flags |= SSI_VMA_READ;
	if (vm_flags & VM_WRITE)
		flags |= SSI_VMA_WRITE;
	if (vm_flags & VM_EXEC)
		flags |= SSI_VMA_EXEC;
	if (vm_flags & VM_SHARED)
		flags |= SSI_VMA_SHARED;
	if (vm_flags & VM_GROWSDOWN)
		flags |= SSI_VMA_STACK;
	if (vm_flags & VM_NORESERVE)
		flags |= SSI_VMA_NORESERVE;
	if (vm_flags & VM_LOCKED)
		flags |= SSI_VMA_LOCKED;
	return flags | ssi_advice_of(vm_flags);
}

/* The index of the vma's file, which is added when it is new. */
static u32 file_index(struct mapped_files *files, struct file *file)
{
	u32 i;

	for (i = 0; i < files->count; i++)
		if (file_user_inode(files->file[i]) == file_user_inode(file))
			return i + 1;
	files->file[files->count++] = file;
	return files->count;
}

struct page_list {
	struct ssi_capture *capture;
	u32 room;
};

static int note_page(pte_t *pte, unsigned long address, unsigned long next,
		     struct mm_walk *walk)
{
	struct page_list *list = walk->private;
	struct ssi_capture *capture = list->capture;
	pte_t entry = ptep_get(pte);

	if (pte_none(entry))
		return 0;
	if (pte_present(entry)) {
		/* the zero page and unchanged pages of files are made anew */
		if (pte_special(entry) || !PageAnon(pte_page(entry)))
			return 0;
	}
	if (capture->pages == list->room)
		return -E2BIG;
	capture->page[capture->pages++] = address;
	return 0;
}

static const struct mm_walk_ops note_pages = {
	.pte_entry = note_page,
	.walk_lock = PGWALK_RDLOCK,
};

/* With mmap_lock held for reading. */
static int walk_pages(struct mm_struct *mm, struct ssi_capture *capture)
{
	/* the exact sums: the cheap ones miss what each CPU keeps for itself */
	unsigned long room = get_mm_counter_sum(mm, MM_ANONPAGES) +
			     get_mm_counter_sum(mm, MM_SWAPENTS) + 64;
	struct page_list list = { .capture = capture };
	struct vm_area_struct *vma;
	int ret;

	VMA_ITERATOR(vmi, mm, 0);

	if (room > SSI_PAGES_MAX)
		return -E2BIG;
	list.room = room;
	capture->page = kvmalloc_array(room, sizeof(*capture->page), GFP_KERNEL);
	if (!capture->page)
		return -ENOMEM;
	for_each_vma(vmi, vma) {
		if (is_special(vma) || !vma->anon_vma)
			continue;
		ret = walk_page_range(mm, vma->vm_start, vma->vm_end, &note_pages, &list);
		if (ret)
			return ret;
	}
	return 0;
}

static int put_layout(struct ssi_writer *w, struct mm_struct *mm, struct mapped_files *files)
{
	struct vm_area_struct *vma;
	u32 count = 0, at = w->msg->length;
	int ret;

	VMA_ITERATOR(vmi, mm, 0);

	ssi_put_u32(w, 0);
	for_each_vma(vmi, vma) {
		if (is_special(vma))
			continue;
		ret = check_movable(vma);
		if (ret)
			return ret;
		ssi_put_u64(w, vma->vm_start);
		ssi_put_u64(w, vma->vm_end);
		ssi_put_u64(w, vma->vm_pgoff);
		ssi_put_u32(w, wire_flags(vma->vm_flags));
		ssi_put_u32(w, vma->vm_file ? file_index(files, vma->vm_file) : 0);
		count++;
	}
	if (!w->error)
		ssi_patch_u32(w, at, count);
	return w->error;
}

static int put_files(struct ssi_writer *w, const struct mapped_files *files)
{
	u32 i;
	int ret;

	ssi_put_u32(w, files->count);
	for (i = 0; i < files->count; i++) {
		ret = ssi_path_encode(w, file_user_path(files->file[i]));
		if (ret)
			return ret;
	}
	return 0;
}

static void put_fields(struct ssi_writer *w, const struct mm_struct *mm)
{
	ssi_put_u64(w, mm->start_code);
	ssi_put_u64(w, mm->end_code);
	ssi_put_u64(w, mm->start_data);
	ssi_put_u64(w, mm->end_data);
	ssi_put_u64(w, mm->start_brk);
	ssi_put_u64(w, mm->brk);
	ssi_put_u64(w, mm->start_stack);
	ssi_put_u64(w, mm->arg_start);
	ssi_put_u64(w, mm->arg_end);
	ssi_put_u64(w, mm->env_start);
	ssi_put_u64(w, mm->env_end);
	ssi_put_u64(w, mm->mmap_base);
	ssi_put_u64(w, mm->flags);
	ssi_put_u64(w, (unsigned long)mm->context.vdso);
	ssi_put_bytes(w, mm->saved_auxv, sizeof(mm->saved_auxv));
}

static int put_exe(struct ssi_writer *w, struct mm_struct *mm)
{
	struct file *exe = get_mm_exe_file(mm);
	struct path cwd;
	int ret;

	if (!exe)
		return -EOPNOTSUPP;
	ret = ssi_path_encode(w, file_user_path(exe));
	fput(exe);
	if (ret)
		return ret;
	get_fs_pwd(current->fs, &cwd);
	ret = ssi_path_encode(w, &cwd);
	path_put(&cwd);
	return ret;
}

static int put_contents(struct ssi_writer *w, u64 address)
{
	void *space = ssi_put_space(w, PAGE_SIZE);

	if (!space)
		return w->error;
	/* also reads what has no user permission (PROT_NONE keeps its contents) */
	if (access_process_vm(current, address, space, PAGE_SIZE, FOLL_FORCE) != PAGE_SIZE)
		return -EFAULT;
	return 0;
}

int ssi_capture_memory(struct ssi_writer *w, struct ssi_capture *capture)
{
	struct mm_struct *mm = current->mm;
	struct mapped_files files = {};
	u32 i;
	int ret;

	put_fields(w, mm);
	ret = put_exe(w, mm);
	if (ret)
		return ret;

	files.file = kvcalloc(mm->map_count, sizeof(*files.file), GFP_KERNEL);
	if (!files.file)
		return -ENOMEM;
	/* single-threaded: nobody changes the layout while it is written */
	mmap_read_lock(mm);
	ret = put_layout(w, mm, &files);
	if (!ret)
		ret = walk_pages(mm, capture);
	mmap_read_unlock(mm);
	if (!ret)
		ret = put_files(w, &files);
	kvfree(files.file);
	if (ret)
		return ret;

	ssi_put_u32(w, capture->pages);
	ssi_put_bytes(w, capture->page, capture->pages * sizeof(*capture->page));
	for (i = 0; i < min_t(u32, capture->pages, SSI_INLINE_PAGES) && !ret; i++)
		ret = put_contents(w, capture->page[i]);
	return ret ?: w->error;
}

int ssi_memory_check(void)
{
	struct ssi_message *msg = ssi_message_new(SSI_PLACE, SZ_64K, GFP_KERNEL);
	struct ssi_capture capture = {};
	struct ssi_writer w;
	int ret;

	if (!msg)
		return -ENOMEM;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ret = ssi_capture_memory(&w, &capture);
	kvfree(capture.page);
	ssi_message_put(msg);
	return ret;
}

void ssi_image_serve_pull(struct ssi_peer *peer, struct ssi_message *pull,
			  const struct ssi_capture *capture)
{
	struct ssi_message *reply;
	struct ssi_cursor c;
	struct ssi_writer w;
	u32 first, count, i;
	int ret = 0;

	ssi_cursor_init(&c, pull);
	first = ssi_get_count(&c, capture->pages);
	count = ssi_get_count(&c, min_t(u32, capture->pages - first, SSI_PULL_PAGES));
	if (ssi_cursor_end(&c)) {
		ssi_reply_status(peer, pull, SSI_PAGES, -EBADMSG);
		return;
	}
	reply = ssi_reply_new(pull, SSI_PAGES, 0, count * PAGE_SIZE);
	if (!reply) {
		ssi_reply_status(peer, pull, SSI_PAGES, -ENOMEM);
		return;
	}
	ssi_writer_init(&w, reply, GFP_KERNEL);
	for (i = 0; i < count && !ret; i++)
		ret = put_contents(&w, capture->page[first + i]);
	reply->status = ret;
	ssi_send(peer, SSI_BULK, reply);
}

void ssi_forget_memory(void)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long start = 0, end = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, mm->arg_start);
	if (vma) {
		start = PAGE_ALIGN_DOWN(mm->arg_start);
		end = vma->vm_end;
	}
	mmap_read_unlock(mm);
	/* addresses in what goes */
	current->rseq = NULL;
	current->robust_list = NULL;
	current->clear_child_tid = NULL;
	if (start)
		vm_munmap(0, start);
	vm_munmap(end, TASK_SIZE_MAX - end);
}
