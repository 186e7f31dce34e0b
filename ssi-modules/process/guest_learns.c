// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a guest may last have learnt of another machine's work. What it read
 * before that of the shared root has to be asked for again.
 *
 * Knowledge comes to this machine by messages (ssi_heard; that a process of this
 * machine has ended is none, home only repeats it), and from there to a
 * guest by its own waiting: a wait for a child, a signal, data or readiness of
 * something that is no regular file, whoever of this machine is at the other
 * end; and by what it asks of home. A compiler that only reads files learns
 * nothing after its birth.
 *
 * A guest that may have learnt something is only marked: the time that counts
 * is taken when it looks at a file next, which is late enough.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/unistd.h>

#include <ssi/files.h>
#include <ssi/peer.h>
#include <ssi/process.h>

#include "guest.h"

static unsigned long heard = INITIAL_JIFFIES;

/* The last exits, by pid: the pid and when (jiffies, 32 bits). Single words. */
#define EXITS		1024
#define EXIT_COUNTS	(10 * HZ)	/* long before its pid is used again */
static u64 exits[EXITS];

void ssi_exits_here(s32 pid)
{
	WRITE_ONCE(exits[pid % EXITS], (u64)pid << 32 | (u32)jiffies);
}

bool ssi_exited_here(s32 pid)
{
	u64 last = READ_ONCE(exits[(u32)pid % EXITS]);

	return pid > 0 && last >> 32 == (u32)pid && (u32)jiffies - (u32)last < EXIT_COUNTS;
}

void ssi_heard(void)
{
	WRITE_ONCE(heard, jiffies);
}

bool ssi_guest_outdated(unsigned long when)
{
	struct ssi_guest *g = ssi_guest_current();

	if (!g)
		return true;
	if (g->learns) {
		g->learns = false;
		g->learnt = READ_ONCE(heard);
	}
	return time_before_eq(when, g->learnt);
}

static bool is_regular(unsigned int fd)
{
	struct fd f = fdget(fd);
	bool regular;

	if (!fd_file(f))
		return true;	/* the call will fail */
	regular = S_ISREG(file_inode(fd_file(f))->i_mode) && !ssi_file_is_remote(fd_file(f));
	fdput(f);
	return regular;
}

void ssi_guest_enters(struct ssi_guest *g, const struct pt_regs *regs)
{
	switch (regs->orig_ax) {
	case __NR_read:
	case __NR_readv:
	case __NR_pread64:
	case __NR_preadv:
	case __NR_preadv2:
		if (is_regular(regs->di))
			return;
		break;
	case __NR_poll:
	case __NR_ppoll:
	case __NR_select:
	case __NR_pselect6:
	case __NR_wait4:
	case __NR_waitid:
	case __NR_pause:
	case __NR_rt_sigsuspend:
	case __NR_rt_sigtimedwait:
	case __NR_futex:
	case __NR_nanosleep:
	case __NR_clock_nanosleep:
	case __NR_restart_syscall:
	case __NR_sendfile:
	case __NR_splice:
	case __NR_tee:
	case __NR_ioctl:
	case __NR_fcntl:
		break;
	default:
		return;
	}
	g->learns = true;
}
