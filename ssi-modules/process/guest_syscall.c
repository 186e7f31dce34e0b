// SPDX-License-Identifier: GPL-2.0-only
/*
 * The entry of every system call of a guest: looks the call up in the table and
 * carries the answer out.
 */
#include <linux/fcntl.h>
#include <linux/namei.h>
#include <linux/sched/signal.h>
#include <linux/ssi.h>
#include <linux/unistd.h>
#include <linux/compat.h>
#include <asm/syscall.h>

#include <ssi/peer.h>
#include <ssi/process.h>

#include "guest.h"
#include "syscall_table.h"

static bool is_restart(long result)
{
	return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK &&
	       result != -ENOIOCTLCMD;
}

/*
 * Restart codes mean something only with a signal: without one (home was
 * interrupted, we were not) the call is simply made again.
 */
static void set_result(struct pt_regs *regs, long result)
{
	if (is_restart(result) && !signal_pending(current)) {
		regs->ax = regs->orig_ax;
		regs->ip -= 2;
		regs->orig_ax = -1;
		return;
	}
	regs->ax = result;
}

/* The path of an open is that of a FIFO, a socket or a device. */
static bool is_special(struct pt_regs *regs, int call)
{
	struct path path;
	umode_t mode;
	int dfd = AT_FDCWD;
	const char __user *name;

	switch (call) {
	case __NR_open:
	case __NR_creat:
		name = (const char __user *)regs->di;
		break;
	case __NR_openat:
	case __NR_openat2:
		dfd = (int)regs->di;
		name = (const char __user *)regs->si;
		break;
	default:
		return false;
	}
	if (user_path_at(dfd, name, LOOKUP_FOLLOW, &path))
		return false;
	mode = d_inode(path.dentry)->i_mode;
	path_put(&path);
	return !S_ISREG(mode) && !S_ISDIR(mode);
}

static struct ssi_decision decide(struct ssi_guest *g, struct pt_regs *regs)
{
	const struct ssi_call_row *row = ssi_call_row(regs->orig_ax);

	/* 32-bit entry has other numbers; nothing of it is known here */
	if (in_ia32_syscall() || !user_64bit_mode(regs) || READ_ONCE(g->recalled))
		return (struct ssi_decision){ .where = SSI_GO_HOME };
	if (row->where == SSI_SPECIAL)
		return row->decide(g, regs);
	return (struct ssi_decision){ .where = row->where };
}

bool ssi_guest_syscall(struct pt_regs *regs)
{
	struct ssi_guest *g = ssi_guest_current();
	struct ssi_decision decision;
	int call = regs->orig_ax;
	long result;

	if (!g) {
		/* a task that home does not know: no call is allowed to it */
		send_sig(SIGKILL, current, 1);
		regs->ax = -ENOSYS;
		return true;
	}
	ssi_guest_enters(g, regs);
	decision = decide(g, regs);
	switch (decision.where) {
	case SSI_HERE:
		return false;
	case SSI_HERE_PATH:
		result = x64_sys_call(regs, call);
		/* a server does not open what is no file, and says nothing better */
		if (result == -EIO && is_special(regs, call))
			result = -ESSIHOME;
		else if (result == -ESSIHOME)
			result = ssi_guest_ask_path(g, regs, call);
		if (result == -ESSIHOME)
			result = ssi_guest_go_home(g, regs, call);
		break;
	case SSI_ASK_HOME:
		result = ssi_guest_call_home(g, regs);
		break;
	case SSI_SPECIAL:
		result = decision.result;
		if (result == -ESSIHOME)
			result = ssi_guest_go_home(g, regs, call);
		break;
	default:
		result = ssi_guest_go_home(g, regs, call);
		break;
	}
	set_result(regs, result);
	return true;
}
