// SPDX-License-Identifier: GPL-2.0-only
/*
 * An epoll set that moves: what it watches is added again. Edges that were not
 * told yet are told by that; one that was may be told once more, as the interface
 * allows.
 */
#include "fdinfo.h"
#include "kinds.h"

#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
/* needs fs.h and uaccess.h before it */
#include <linux/eventpoll.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>

/* what remains of a watch that has told its one event */
#define DISARMED	((__force u32)(EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE))

static bool parse(char *line, struct ssi_watch *watch)
{
	return sscanf(line, "tfd: %u events: %x data: %llx", &watch->fd, &watch->events,
		      &watch->data) == 3;
}

/* It watches what is open under that number, not something that was. */
static bool is_open(struct file *file, const struct ssi_made *made, u32 index)
{
	u32 fd = made->watch[index].fd, same = 0, i;
	struct file *watched;

	for (i = 0; i < index; i++)
		same += made->watch[i].fd == fd;
	watched = get_epoll_tfile_raw_ptr(file, fd, same);
	rcu_read_lock();
	if (files_lookup_fd_raw(current->files, fd) != watched)
		watched = NULL;
	rcu_read_unlock();
	return watched;
}

static u32 count_lines(const char *text)
{
	u32 count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

struct ssi_made *ssi_epoll_look(struct file *file, bool *complete)
{
	char *text = ssi_fdinfo(file), *rest = text, *line;
	struct ssi_made *made;
	u32 i, kept = 0;

	if (IS_ERR(text))
		return ERR_CAST(text);
	made = ssi_made_new(count_lines(text));
	if (!made)
		goto out;
	made->count = 0;
	while ((line = strsep(&rest, "\n")) && *line)
		if (parse(line, &made->watch[made->count]))
			made->count++;
	*complete = true;
	/* from the end: it looks at those before */
	for (i = made->count; i-- > 0;) {
		if (!(made->watch[i].events & ~DISARMED))
			*complete = false;
		if (is_open(file, made, i))
			continue;
		*complete = false;
		made->watch[i].fd = U32_MAX;
	}
	for (i = 0; i < made->count; i++)
		if (made->watch[i].fd != U32_MAX)
			made->watch[kept++] = made->watch[i];
	made->count = kept;
out:
	kvfree(text);
	return made ?: ERR_PTR(-ENOMEM);
}

int ssi_epoll_make(const struct ssi_made *made)
{
	struct pt_regs regs = { .orig_ax = __NR_epoll_create1 };

	return x64_sys_call(&regs, regs.orig_ax);
}

int ssi_epoll_fill(int fd, const struct ssi_made *made)
{
	struct epoll_event event;
	int err = 0;
	u32 i;

	for (i = 0; i < made->count && !err; i++) {
		event.events = (__force __poll_t)made->watch[i].events;
		event.data = made->watch[i].data;
		err = do_epoll_ctl(fd, EPOLL_CTL_ADD, made->watch[i].fd, &event, false);
		/* one that an exec has closed */
		if (err == -EBADF)
			err = 0;
	}
	return err;
}
