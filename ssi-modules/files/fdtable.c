// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor table of a process that leaves: which of its descriptions it
 * can open again or make anew where it goes, and which stay and become remote
 * files there.
 *
 * On the wire: u32 n, then n descriptions (u8 kind and what belongs to it, see
 * put_description()); u32 m, then m descriptors (u32 number, u32 close-on-exec,
 * u32 index of the description). Descriptors that share a description share it
 * again after the move.
 */
#include "fdtable.h"
#include "handle.h"
#include "homefs.h"
#include "kinds.h"
#include "remote.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/filelock.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/ssi.h>

/* what is asked for again; the rest was done at the first open */
#define REOPEN_FLAGS (O_ACCMODE | O_NONBLOCK | O_APPEND | O_DSYNC | __O_SYNC | \
		      O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | \
		      O_NOATIME | O_PATH)

struct fd_list {
	struct ssi_fd *fds;
	u32 count;
	u32 room;
	unsigned int flags;	/* SSI_FILES_ */
};

static int add_fd(const void *arg, struct file *file, unsigned int fd)
{
	struct fd_list *list = (struct fd_list *)arg;
	struct fdtable *table = files_fdtable(current->files);
	bool cloexec = test_bit(fd, table->close_on_exec);

	if (cloexec && list->flags & SSI_FILES_SKIP_CLOEXEC)
		return 0;
	if (list->count < list->room)
		list->fds[list->count] = (struct ssi_fd){
			.file = file,
			.fd = fd,
			.cloexec = cloexec,
		};
	list->count++;
	return 0;
}

static int compare_files(const void *a, const void *b)
{
	const struct ssi_fd *left = a, *right = b;

	if (left->file != right->file)
		return left->file < right->file ? -1 : 1;
	return left->fd < right->fd ? -1 : 1;
}

/* Nobody else changes the table, so that counting first is enough. */
static int list_fds(struct fd_list *list, unsigned int flags)
{
	u32 i;

	*list = (struct fd_list){ .flags = flags };
	iterate_fd(current->files, 0, add_fd, list);
	if (list->count > SSI_FDS_MAX)
		return -EMFILE;
	list->room = list->count;
	list->count = 0;
	list->fds = kvcalloc(max(list->room, 1U), sizeof(*list->fds),
			     GFP_KERNEL);
	if (!list->fds)
		return -ENOMEM;
	iterate_fd(current->files, 0, add_fd, list);
	list->count = min(list->count, list->room);
	sort(list->fds, list->count, sizeof(*list->fds), compare_files, NULL);
	for (i = 1; i < list->count; i++)
		list->fds[i].index = list->fds[i - 1].index +
			(list->fds[i].file != list->fds[i - 1].file);
	return 0;
}

/* references that current's own mappings hold */
static long mappings_of(struct file *file)
{
	struct vm_area_struct *vma;
	long count = 0;

	VMA_ITERATOR(vmi, current->mm, 0);

	mmap_read_lock(current->mm);
	for_each_vma(vmi, vma)
		count += vma->vm_file == file;
	mmap_read_unlock(current->mm);
	return count;
}

/* @count references of current's table are all there are */
static bool is_private(struct file *file, long count)
{
	long others = file_count(file) - count;

	return !others || (current->mm && others == mappings_of(file));
}

/* any lock that is bound to the description, or to current (@mine) */
static bool has_lock(struct file *file, bool mine)
{
	struct file_lock_context *context =
		locks_inode_context(file_inode(file));
	struct file_lock *lock;
	bool found = false;

	if (!context)
		return false;
	spin_lock(&context->flc_lock);
	list_for_each_entry(lock, &context->flc_posix, c.flc_list)
		found |= lock->c.flc_owner == current->files;
	if (!mine) {
		list_for_each_entry(lock, &context->flc_posix, c.flc_list)
			found |= lock->c.flc_file == file;
		list_for_each_entry(lock, &context->flc_flock, c.flc_list)
			found |= lock->c.flc_file == file;
		found |= !list_empty(&context->flc_lease);
	}
	spin_unlock(&context->flc_lock);
	return found;
}

static bool can_reopen(struct file *file, long count)
{
	const struct inode *inode = file_inode(file);

	if (file->f_mode & FMODE_PATH)
		return true;
	if (!S_ISREG(inode->i_mode) && !S_ISDIR(inode->i_mode))
		return false;
	/*
	 * Its position is the server's cookie on both sides. It has to be a
	 * directory where it comes, for calls that are relative to it; that
	 * counts more than a position that two processes may share.
	 */
	if (S_ISDIR(inode->i_mode))
		return !has_lock(file, false);
	if (file->f_mode & FMODE_WRITE && file->f_flags & O_APPEND)
		return false;
	if ((file->f_flags & O_TMPFILE) == O_TMPFILE)
		return false;
	return is_private(file, count) && !has_lock(file, false);
}

static int put_remote(struct ssi_writer *w, struct ssi_peer *peer,
		      struct file *file, u64 *given)
{
	struct kstat stat;
	u64 id;
	int err;

	err = vfs_getattr(&file->f_path, &stat, STATX_BASIC_STATS, 0);
	if (err)
		return err;
	id = ssi_handle_give(peer, file);
	if (!id)
		return -ENOMEM;
	*given = id;
	ssi_put_u8(w, SSI_FD_REMOTE);
	ssi_remote_put_info(w, id, file, &stat);
	return w->error;
}

int ssi_file_encode_remote(struct ssi_writer *w, struct ssi_peer *peer, struct file *file)
{
	u64 given = 0;
	int err = put_remote(w, peer, file, &given);

	if (err && given)
		ssi_handle_release(peer, given, 1);
	return err;
}

static int put_reopen(struct ssi_writer *w, struct file *file)
{
	u32 start = w->msg->length;
	int err;

	/* the other side must see what was written here */
	if (file->f_mode & FMODE_WRITE && S_ISREG(file_inode(file)->i_mode))
		filemap_write_and_wait_range(file->f_mapping, 0, LLONG_MAX);
	ssi_put_u8(w, SSI_FD_REOPEN);
	ssi_put_u32(w, file->f_flags & REOPEN_FLAGS);
	ssi_put_u64(w, file->f_pos);
	err = ssi_path_encode(w, &file->f_path);
	if (err && !w->error)
		w->msg->length = start;
	return err;
}

/* @given: set to the handle if one was given */
static int put_description(struct ssi_writer *w, struct ssi_peer *peer,
			   struct file *file, long count, u64 *given)
{
	const struct inode *inode = file_inode(file);
	const struct ssi_remote *remote = ssi_remote_of(file);
	const struct ssi_kind *kind = ssi_kind_of(file);
	int err;

	if (remote && remote->peer == peer) {
		ssi_put_u8(w, SSI_FD_YOURS);
		ssi_put_u64(w, remote->id);
		return w->error;
	}
	if (S_ISCHR(inode->i_mode) && !remote &&
	    ssi_is_memory_device(inode->i_rdev)) {
		ssi_put_u8(w, SSI_FD_DEVICE);
		ssi_put_u32(w, inode->i_rdev);
		ssi_put_u32(w, file->f_flags & REOPEN_FLAGS);
		return w->error;
	}
	if (kind && kind->look) {
		ssi_put_u8(w, SSI_FD_MADE);
		return ssi_made_put(w, file, kind);
	}
	if (!remote && can_reopen(file, count)) {
		err = put_reopen(w, file);
		if (err != -ESSIHOME)
			return err;
	}
	return put_remote(w, peer, file, given);
}

/* descriptors from @first on that share its description */
static u32 sharing(const struct fd_list *list, u32 first)
{
	u32 count = 1;

	while (first + count < list->count &&
	       list->fds[first + count].file == list->fds[first].file)
		count++;
	return count;
}

static int put_table(struct ssi_writer *w, struct ssi_peer *peer,
		     const struct fd_list *list)
{
	u32 i, count;
	int err;

	ssi_put_u32(w, list->count ? list->fds[list->count - 1].index + 1 : 0);
	for (i = 0; i < list->count; i += count) {
		struct ssi_fd *fd = &list->fds[i];

		count = sharing(list, i);
		/* closing its descriptors here would drop current's locks */
		if (has_lock(fd->file, true))
			return -EBUSY;
		err = put_description(w, peer, fd->file, count, &fd->given);
		if (err)
			return err;
	}
	ssi_put_u32(w, list->count);
	for (i = 0; i < list->count; i++) {
		ssi_put_u32(w, list->fds[i].fd);
		ssi_put_u32(w, list->fds[i].cloexec);
		ssi_put_u32(w, list->fds[i].index);
	}
	return w->error;
}

int ssi_files_encode(struct ssi_writer *w, struct ssi_peer *peer,
		     unsigned int flags)
{
	struct fd_list list;
	int err;
	u32 i;

	err = list_fds(&list, flags);
	if (err)
		return err;
	err = put_table(w, peer, &list);
	if (err)
		for (i = 0; i < list.count; i++)
			if (list.fds[i].given)
				ssi_handle_release(peer, list.fds[i].given, 1);
	kvfree(list.fds);
	return err;
}

static int pin(const void *arg, struct file *file, unsigned int fd)
{
	const struct inode *inode = file_inode(file);

	if (test_bit(fd, files_fdtable(current->files)->close_on_exec) ||
	    file->f_mode & FMODE_PATH || ssi_file_is_remote(file))
		return 0;
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
	case S_IFDIR:
		return 0;
	case S_IFCHR:
		return !ssi_is_memory_device(inode->i_rdev);
	}
	return 1;
}

bool ssi_files_pinned(void)
{
	return iterate_fd(current->files, 0, pin, NULL);
}

void ssi_files_close_all(void)
{
	struct fd_list list = {};
	unsigned int fd, end;

	/* how many there are bounds nothing: ask for the size of the table */
	rcu_read_lock();
	end = files_fdtable(current->files)->max_fds;
	rcu_read_unlock();
	iterate_fd(current->files, 0, add_fd, &list);
	for (fd = 0; fd < end && list.count; fd++)
		if (!close_fd(fd))
			list.count--;
}
