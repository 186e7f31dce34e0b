// SPDX-License-Identifier: GPL-2.0-only
/*
 * A descriptor table that has come: its descriptions are opened, then installed
 * under their numbers. A table that is refused is still read to its end, since
 * the handles in it have to go back.
 */
#include "handle.h"
#include "homefs.h"
#include "kinds.h"
#include "path.h"
#include "remote.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

struct ssi_files {
	u32 files;
	u32 fds;
	struct file **file;		/* @files, with references; NULL: to be made */
	struct ssi_made **made;		/* @files; NULL: is there */
	struct {
		u32 fd;
		u32 cloexec;
		u32 index;		/* into @file */
	} *fd;
};

void ssi_files_free(struct ssi_files *files)
{
	u32 i;

	if (!files)
		return;
	for (i = 0; files->file && i < files->files; i++)
		if (files->file[i])
			fput(files->file[i]);
	for (i = 0; files->made && i < files->files; i++)
		kvfree(files->made[i]);
	kvfree(files->file);
	kvfree(files->made);
	kvfree(files->fd);
	kfree(files);
}

static struct file *open_again(struct ssi_cursor *c, bool refuse)
{
	u32 flags = ssi_get_u32(c);
	loff_t pos = ssi_get_u64(c);
	struct file *file;

	if (pos < 0 || flags & (O_CREAT | O_EXCL | O_TRUNC))
		ssi_cursor_fail(c);
	if (refuse || c->error) {
		ssi_path_skip(c);
		return NULL;
	}
	file = ssi_path_decode(c, flags);
	/* a position needs no method but that of the file itself */
	if (!IS_ERR(file) && pos && file->f_mode & FMODE_LSEEK)
		vfs_llseek(file, pos, SEEK_SET);
	return file;
}

static struct file *open_device(struct ssi_cursor *c, bool refuse)
{
	dev_t device = ssi_get_u32(c);
	u32 flags = ssi_get_u32(c);
	const char *path = ssi_memory_device_path(device);
	struct file *file;

	if (!path || flags & (O_CREAT | O_EXCL | O_TRUNC))
		ssi_cursor_fail(c);
	if (refuse || c->error)
		return NULL;
	file = filp_open(path, flags, 0);
	if (!IS_ERR(file) && file_inode(file)->i_rdev != device) {
		fput(file);
		file = ERR_PTR(-ENODEV);
	}
	return file;
}

static struct file *open_remote(struct ssi_cursor *c, struct ssi_peer *peer,
				bool refuse)
{
	struct ssi_remote_info info;

	ssi_remote_get_info(c, &info);
	if (c->error)
		return NULL;
	if (!refuse)
		return ssi_remote_open(peer, &info);
	ssi_remote_refuse(peer, info.id);
	return NULL;
}

struct file *ssi_file_decode_remote(struct ssi_cursor *c, struct ssi_peer *peer)
{
	struct file *file = NULL;

	if (ssi_get_u8(c) == SSI_FD_REMOTE)
		file = open_remote(c, peer, false);
	if (!file)
		return ERR_PTR(-EPROTO);
	return file;
}

void ssi_file_discard_remote(struct ssi_cursor *c, struct ssi_peer *peer)
{
	if (ssi_get_u8(c) == SSI_FD_REMOTE)
		open_remote(c, peer, true);
}

static struct file *open_own(struct ssi_cursor *c, struct ssi_peer *peer,
			     bool refuse)
{
	u64 id = ssi_get_u64(c);

	if (refuse || c->error)
		return NULL;
	return ssi_handle_get_file(peer, id) ?: ERR_PTR(-EBADF);
}

/* It is made when the memory of the process is there. */
static struct file *keep_made(struct ssi_cursor *c, struct ssi_made **made, bool refuse)
{
	struct ssi_made *read = ssi_made_get(c);

	if (refuse || c->error) {
		kvfree(read);
		return NULL;
	}
	if (!read)
		return ERR_PTR(-ENOMEM);
	*made = read;
	return NULL;
}

/* NULL if @refuse, if the cursor has an error now, or if @made is what it will be */
static struct file *open_description(struct ssi_cursor *c, struct ssi_peer *peer, bool refuse,
				     struct ssi_made **made)
{
	switch (ssi_get_u8(c)) {
	case SSI_FD_REOPEN:
		return open_again(c, refuse);
	case SSI_FD_DEVICE:
		return open_device(c, refuse);
	case SSI_FD_REMOTE:
		return open_remote(c, peer, refuse);
	case SSI_FD_YOURS:
		return open_own(c, peer, refuse);
	case SSI_FD_MADE:
		return keep_made(c, made, refuse);
	}
	ssi_cursor_fail(c);
	return NULL;
}

/*
 * @files: NULL to refuse all. Return: the first error; the cursor is at the end
 * of the table unless it has an error of its own.
 */
static int read_table(struct ssi_cursor *c, struct ssi_peer *peer,
		      struct ssi_files *files)
{
	u32 count, i, fd, cloexec, index;
	struct file *file;
	int err = 0;

	count = ssi_get_count(c, SSI_FDS_MAX);
	if (files) {
		files->files = count;
		files->file = kvcalloc(max(count, 1U), sizeof(*files->file),
				       GFP_KERNEL);
		files->made = kvcalloc(max(count, 1U), sizeof(*files->made), GFP_KERNEL);
		if (!files->file || !files->made)
			err = -ENOMEM;
	}
	for (i = 0; i < count && !c->error; i++) {
		file = open_description(c, peer, !files || err,
					files && !err ? &files->made[i] : NULL);
		if (IS_ERR(file))
			err = PTR_ERR(file);
		else if (file)
			files->file[i] = file;
	}
	count = ssi_get_count(c, SSI_FDS_MAX);
	if (files && !err) {
		files->fds = count;
		files->fd = kvcalloc(max(count, 1U), sizeof(*files->fd),
				     GFP_KERNEL);
		if (!files->fd)
			err = -ENOMEM;
	}
	for (i = 0; i < count && !c->error; i++) {
		fd = ssi_get_u32(c);
		cloexec = ssi_get_count(c, 1);
		index = ssi_get_u32(c);
		if (!files || err)
			continue;
		if (index >= files->files || fd > INT_MAX)
			ssi_cursor_fail(c);
		files->fd[i].fd = fd;
		files->fd[i].cloexec = cloexec;
		files->fd[i].index = index;
	}
	return c->error ?: err;
}

struct ssi_files *ssi_files_decode(struct ssi_cursor *c, struct ssi_peer *peer)
{
	struct ssi_files *files = kzalloc(sizeof(*files), GFP_KERNEL);
	const struct cred *saved;
	struct cred *kernel;
	int err;

	kernel = prepare_kernel_cred(&init_task);
	if (!files || !kernel) {
		kfree(files);
		if (kernel)
			put_cred(kernel);
		ssi_files_discard(c, peer);
		return ERR_PTR(-ENOMEM);
	}
	/* access was checked at the first open */
	saved = override_creds(kernel);
	err = read_table(c, peer, files);
	revert_creds(saved);
	put_cred(kernel);
	if (err) {
		ssi_files_free(files);
		return ERR_PTR(err);
	}
	return files;
}

void ssi_files_discard(struct ssi_cursor *c, struct ssi_peer *peer)
{
	read_table(c, peer, NULL);
}

static int make(struct ssi_files *files)
{
	u32 i;
	int fd;

	for (i = 0; i < files->files; i++) {
		if (!files->made[i])
			continue;
		fd = ssi_kind_made(files->made[i]->kind)->make(files->made[i]);
		if (fd < 0)
			return fd;
		files->file[i] = fget(fd);
		close_fd(fd);
	}
	return 0;
}

static int fill(const struct ssi_files *files)
{
	const struct ssi_made *made;
	int err = 0;
	u32 i;

	for (i = 0; i < files->fds && !err; i++) {
		made = files->made[files->fd[i].index];
		if (!made || !ssi_kind_made(made->kind)->fill)
			continue;
		/* by one of its descriptors */
		err = ssi_kind_made(made->kind)->fill(files->fd[i].fd, made);
		files->made[files->fd[i].index] = NULL;
		kvfree(made);
	}
	return err;
}

int ssi_files_install(struct ssi_files *files)
{
	struct rlimit *limit = &current->signal->rlim[RLIMIT_NOFILE];
	unsigned long saved;
	int err;
	u32 i;

	/* descriptors above the limit stay what they are, as everywhere */
	task_lock(current->group_leader);
	saved = limit->rlim_cur;
	limit->rlim_cur = RLIM_INFINITY;
	task_unlock(current->group_leader);

	err = make(files);
	for (i = 0; i < files->fds && !err; i++)
		err = replace_fd(files->fd[i].fd,
				 files->file[files->fd[i].index],
				 files->fd[i].cloexec ? O_CLOEXEC : 0);
	if (!err)
		err = fill(files);

	task_lock(current->group_leader);
	limit->rlim_cur = saved;
	task_unlock(current->group_leader);
	ssi_files_free(files);
	return err;
}
