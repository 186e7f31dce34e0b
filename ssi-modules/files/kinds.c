// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of files when their process moves, by kind. Files of the shared
 * root are opened again, pipes, terminals and sockets stay and become remote
 * files (fdtable.c). Of anonymous files each kind has a row here, and one that
 * has none keeps its process where it is.
 *
 * The kernel tells the kinds of anonymous files apart by their names only; those
 * are what /proc/PID/fd shows, so they stay.
 */
#include "kinds.h"

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <ssi/files.h>

/* The number of a row goes over the wire. */
static const struct ssi_kind kinds[] = {
	{ .name = "[eventpoll]", .why = "an epoll set, shared or with closed descriptors",
	  .look = ssi_epoll_look, .make = ssi_epoll_make, .fill = ssi_epoll_fill },
	/* whoever reads it gets signals of its own */
	{ .name = "[signalfd]", .why = "a signalfd for signals of job control", .personal = true,
	  .single = true, .look = ssi_signalfd_look, .make = ssi_signalfd_make },
	{ "[eventfd]", NULL },
	{ "[timerfd]", NULL },
	{ "inotify", "an inotify descriptor" },
	{ "[fanotify]", "a fanotify descriptor" },
	{ "[io_uring]", "an io_uring" },
	{ "[userfaultfd]", "a userfaultfd" },
	{ "[perf_event]", "a performance counter" },
};

static bool is_anonymous(struct file *file)
{
	return file_inode(file)->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
	       !ssi_file_is_remote(file);
}

const struct ssi_kind *ssi_kind_of(struct file *file)
{
	unsigned int i;

	for (i = 0; is_anonymous(file) && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(file->f_path.dentry->d_name.name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

const struct ssi_kind *ssi_kind_made(u8 kind)
{
	return kind < ARRAY_SIZE(kinds) && kinds[kind].look ? &kinds[kind] : NULL;
}

struct ssi_made *ssi_made_new(u32 count)
{
	struct ssi_made *made = NULL;

	if (count <= SSI_WATCHES_MAX)
		made = kvzalloc(struct_size(made, watch, count), GFP_KERNEL_ACCOUNT);
	if (made)
		made->count = count;
	return made;
}

int ssi_made_put(struct ssi_writer *w, struct file *file, const struct ssi_kind *kind)
{
	bool complete;
	struct ssi_made *made = kind->look(file, &complete);
	u32 i;

	if (IS_ERR(made))
		return PTR_ERR(made);
	ssi_put_u8(w, kind - kinds);
	ssi_put_u32(w, file->f_flags & O_NONBLOCK);
	ssi_put_u32(w, made->count);
	for (i = 0; i < made->count; i++) {
		ssi_put_u32(w, made->watch[i].fd);
		ssi_put_u32(w, made->watch[i].events);
		ssi_put_u64(w, made->watch[i].data);
	}
	kvfree(made);
	return w->error;
}

struct ssi_made *ssi_made_get(struct ssi_cursor *c)
{
	u8 kind = ssi_get_u8(c);
	u32 flags = ssi_get_u32(c), i;
	u32 count = ssi_get_count(c, SSI_WATCHES_MAX);
	struct ssi_made *made;

	if (!ssi_kind_made(kind) || flags & ~O_NONBLOCK || (kinds[kind].single && count != 1))
		ssi_cursor_fail(c);
	made = c->error ? NULL : ssi_made_new(count);
	for (i = 0; i < count && !c->error; i++) {
		struct ssi_watch watch = { .fd = ssi_get_u32(c) };

		watch.events = ssi_get_u32(c);
		watch.data = ssi_get_u64(c);
		if (made)
			made->watch[i] = watch;
	}
	if (c->error) {
		kvfree(made);
		return NULL;
	}
	if (made) {
		made->kind = kind;
		made->flags = flags;
	}
	return made;
}

/* What a walk through current's table is after, and finds. */
struct search {
	struct file *file;
	unsigned int fd;
	long count;
	const char *why;
};

static int count_same(const void *arg, struct file *file, unsigned int fd)
{
	struct search *search = (struct search *)arg;

	search->count += file == search->file;
	return 0;
}

static bool is_shared(struct file *file)
{
	struct search same = { .file = file };

	iterate_fd(current->files, 0, count_same, &same);
	return file_count(file) != same.count;
}

static int find_made(const void *arg, struct file *file, unsigned int fd)
{
	struct search *search = (struct search *)arg;
	const struct ssi_kind *kind = ssi_kind_of(file);

	search->file = file;
	search->fd = fd;
	return kind && kind->look;
}

/* One that could only be made anew in part, which does for going home but not for a move. */
static const char *find_incomplete(void)
{
	struct search search = {};
	unsigned int fd;

	for (fd = 0; iterate_fd(current->files, fd, find_made, &search); fd = search.fd + 1) {
		const struct ssi_kind *kind = ssi_kind_of(search.file);
		bool complete = false;
		struct ssi_made *made;

		if (!kind->personal && is_shared(search.file))
			return kind->why;
		/* the table is current's alone, so the file stays */
		made = kind->look(search.file, &complete);
		if (!IS_ERR(made))
			kvfree(made);
		if (!complete)
			return kind->why;
	}
	return NULL;
}

static int find_obstacle(const void *arg, struct file *file, unsigned int fd)
{
	struct search *search = (struct search *)arg;
	const struct ssi_kind *kind = ssi_kind_of(file);

	if (file_inode(file)->i_sb->s_magic == PID_FS_MAGIC)
		search->why = "a pidfd";
	else if (kind && !kind->look)
		search->why = kind->why;
	else if (!kind && is_anonymous(file))
		search->why = "an anonymous file of an unknown kind";
	return search->why ? 1 : 0;
}

const char *ssi_files_obstacle(void)
{
	struct search search = {};

	iterate_fd(current->files, 0, find_obstacle, &search);
	return search.why ?: find_incomplete();
}
