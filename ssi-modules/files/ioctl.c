// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of ioctls that cross machines, and one carried out for a peer.
 */
#include "ioctl.h"

#include <linux/fs.h>
#include <linux/tty.h>
#include <linux/uaccess.h>

#include <ssi/lent.h>

#include <asm/ioctls.h>
#include <asm/termbits.h>

#define VALUE(name)		{ name, 0, 0, false }
#define IN(name, type)		{ name, SSI_IOCTL_IN, sizeof(type), false }
#define OUT(name, type)		{ name, SSI_IOCTL_OUT, sizeof(type), false }

/* in the order of <asm-generic/ioctls.h> */
static const struct ssi_ioctl table[] = {
	OUT(TCGETS, struct termios),
	IN(TCSETS, struct termios),
	IN(TCSETSW, struct termios),
	IN(TCSETSF, struct termios),
	OUT(TCGETA, struct termio),
	IN(TCSETA, struct termio),
	IN(TCSETAW, struct termio),
	IN(TCSETAF, struct termio),
	VALUE(TCSBRK),
	VALUE(TCXONC),
	VALUE(TCFLSH),
	VALUE(TIOCEXCL),
	VALUE(TIOCNXCL),
	VALUE(TIOCSCTTY),
	OUT(TIOCGPGRP, pid_t),
	IN(TIOCSPGRP, pid_t),
	{ TIOCOUTQ, SSI_IOCTL_OUT, sizeof(int), true },
	OUT(TIOCGWINSZ, struct winsize),
	IN(TIOCSWINSZ, struct winsize),
	OUT(TIOCMGET, int),
	IN(TIOCMBIS, int),
	IN(TIOCMBIC, int),
	IN(TIOCMSET, int),
	OUT(TIOCGSOFTCAR, int),
	IN(TIOCSSOFTCAR, int),
	{ FIONREAD, SSI_IOCTL_OUT, sizeof(int), true },
	IN(TIOCPKT, int),
	VALUE(TIOCNOTTY),
	IN(TIOCSETD, int),
	OUT(TIOCGETD, int),
	VALUE(TCSBRKP),
	OUT(TIOCGSID, pid_t),
	OUT(TCGETS2, struct termios2),
	IN(TCSETS2, struct termios2),
	IN(TCSETSW2, struct termios2),
	IN(TCSETSF2, struct termios2),
	OUT(TIOCGPTN, unsigned int),
	IN(TIOCSPTLCK, int),
	OUT(TIOCGDEV, unsigned int),
	OUT(TIOCGPKT, int),
	OUT(TIOCGPTLCK, int),
	OUT(TIOCGEXCL, int),
	OUT(TIOCGLCKTRMIOS, struct termios),
	IN(TIOCSLCKTRMIOS, struct termios),
};

const struct ssi_ioctl *ssi_ioctl_find(u32 command)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].command == command)
			return &table[i];
	return NULL;
}

s64 ssi_ioctl_run(struct file *file, const struct ssi_ioctl *call, u64 value,
		  const void *in, void *out)
{
	unsigned long page;
	void __user *user;
	s64 result;

	if (!call->how)
		return vfs_ioctl(file, call->command, value);

	/* the method wants a pointer to user memory */
	page = ssi_lend(call->bytes);
	if (IS_ERR_VALUE(page))
		return -ENOMEM;
	user = (void __user *)page;
	result = -EFAULT;
	if (call->how & SSI_IOCTL_IN && copy_to_user(user, in, call->bytes))
		goto out;
	result = vfs_ioctl(file, call->command, page);
	if (result >= 0 && call->how & SSI_IOCTL_OUT &&
	    copy_from_user(out, user, call->bytes))
		result = -EFAULT;
out:
	ssi_take_back(page, call->bytes);
	return result;
}
