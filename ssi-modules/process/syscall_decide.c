// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decisions by argument. A function reads its arguments only; what it can not
 * read goes to the call itself, which fails with EFAULT as ever.
 */
#include <linux/cred.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/membarrier.h>
#include <linux/mman.h>
#include <linux/openat2.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <linux/unistd.h>
#include <linux/user_namespace.h>
#include <uapi/linux/wait.h>

#include <ssi/files.h>

#include "guest.h"
#include "mirror.h"
#include "syscall_decide.h"

static struct ssi_decision place(enum ssi_where where)
{
	return (struct ssi_decision){ .where = where };
}

static struct ssi_decision done(long result)
{
	return (struct ssi_decision){ .where = SSI_SPECIAL, .result = result };
}

DECIDE(go_home)
{
	return place(SSI_GO_HOME);
}

static bool is_remote(unsigned int fd)
{
	struct file *file = fget_raw(fd);
	bool remote;

	if (!file)
		return false;
	remote = ssi_file_is_remote(file);
	fput(file);
	return remote;
}

/* The kernel knows the pipes of this machine only. */
static struct ssi_decision unless_remote(unsigned int one, unsigned int other)
{
	return place(is_remote(one) || is_remote(other) ? SSI_GO_HOME : SSI_HERE_PATH);
}

DECIDE(splice)
{
	return unless_remote(regs->di, regs->dx);
}

DECIDE(tee)
{
	return unless_remote(regs->di, regs->si);
}

/* Locks, leases, owners of signals: where the file's other users are. */
DECIDE(fcntl)
{
	struct file *file;
	long result;

	switch ((unsigned int)regs->si) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_GETFD:
	case F_SETFD:
	case F_GETFL:
		return place(SSI_HERE);
	case F_GETPIPE_SZ:
	case F_SETPIPE_SZ:
		return place(is_remote(regs->di) ? SSI_GO_HOME : SSI_HERE);
	case F_SETFL:
		if (!is_remote(regs->di))
			return place(SSI_HERE);
		file = fget_raw((unsigned int)regs->di);
		if (!file)
			return place(SSI_HERE);
		result = ssi_remote_set_flags(file, (unsigned int)regs->dx);
		fput(file);
		return done(result);
	}
	return place(SSI_GO_HOME);
}

/* NFS does not append atomically for several machines. */
static struct ssi_decision by_open_flags(u64 flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	return place((flags & O_APPEND) && writes ? SSI_GO_HOME : SSI_HERE_PATH);
}

DECIDE(open)
{
	return by_open_flags(regs->si);
}

DECIDE(openat)
{
	return by_open_flags(regs->dx);
}

DECIDE(openat2)
{
	struct open_how how;

	if (copy_from_user(&how, (void __user *)regs->dx, sizeof(how)))
		return place(SSI_HERE);
	return by_open_flags(how.flags);
}

/* Memory that others may see and change is kept where they are. */
DECIDE(mmap)
{
	unsigned long type = regs->r10 & MAP_TYPE;
	bool writable;
	struct fd f;

	if (regs->r10 & MAP_HUGETLB)
		return place(SSI_GO_HOME);
	if (type == MAP_PRIVATE)
		return place(SSI_HERE_PATH);
	if (regs->r10 & MAP_ANONYMOUS)
		return place(SSI_GO_HOME);
	f = fdget((unsigned int)regs->r8);
	if (!fd_file(f))
		return place(SSI_HERE);
	writable = fd_file(f)->f_mode & FMODE_WRITE;
	fdput(f);
	return place(writable ? SSI_GO_HOME : SSI_HERE_PATH);
}

/* A registration stays with the memory it was made for. */
DECIDE(membarrier)
{
	return place((int)regs->di == MEMBARRIER_CMD_QUERY ? SSI_HERE : SSI_GO_HOME);
}

static bool is_self(pid_t pid)
{
	return !pid || pid == task_tgid_vnr(current);
}

DECIDE(prlimit)
{
	return place(is_self((pid_t)regs->di) ? SSI_HERE : SSI_GO_HOME);
}

DECIDE(prctl)
{
	switch ((int)regs->di) {
	case PR_GET_NAME:
	case PR_SET_NAME:
	case PR_GET_DUMPABLE:
	case PR_GET_NO_NEW_PRIVS:
	case PR_CAPBSET_READ:
	case PR_GET_KEEPCAPS:
	case PR_GET_SECUREBITS:
	case PR_GET_TSC:
	case PR_GET_THP_DISABLE:
	case PR_GET_SPECULATION_CTRL:
	case PR_SET_VMA:
		return place(SSI_HERE);
	}
	return place(SSI_GO_HOME);
}

/*
 * Identities are home's, but many programs set the one they have (make before
 * each command). With one number in all places and no other asked for, nothing
 * can change and nothing can be refused.
 */
DECIDE(setid)
{
	const struct cred *cred = current_cred();
	unsigned long nr = regs->orig_ax;
	unsigned long args[] = { regs->di, regs->si, regs->dx };
	u32 uid = from_kuid(&init_user_ns, cred->uid);
	u32 gid = from_kgid(&init_user_ns, cred->gid);
	bool user = nr == __NR_setuid || nr == __NR_setreuid || nr == __NR_setresuid;
	bool single = nr == __NR_setuid || nr == __NR_setgid;
	int i, count = single ? 1 : nr == __NR_setreuid || nr == __NR_setregid ? 2 : 3;

	if (user && (!uid_eq(cred->uid, cred->euid) || !uid_eq(cred->uid, cred->suid) ||
		     !uid_eq(cred->uid, cred->fsuid)))
		return place(SSI_GO_HOME);
	if (!user && (!gid_eq(cred->gid, cred->egid) || !gid_eq(cred->gid, cred->sgid) ||
		      !gid_eq(cred->gid, cred->fsgid)))
		return place(SSI_GO_HOME);
	for (i = 0; i < count; i++) {
		u32 want = args[i];

		if (want != (user ? uid : gid) && (single || want != (u32)-1))
			return place(SSI_GO_HOME);
	}
	return done(0);
}

DECIDE(personality)
{
	return place((unsigned int)regs->di == 0xffffffff ? SSI_HERE : SSI_GO_HOME);
}

DECIDE(getpriority)
{
	return place((int)regs->di == PRIO_PROCESS && is_self((pid_t)regs->si) ?
		     SSI_HERE : SSI_GO_HOME);
}

DECIDE(own_pid)
{
	return place(is_self((pid_t)regs->di) ? SSI_HERE : SSI_GO_HOME);
}

DECIDE(setitimer)
{
	return place((int)regs->di == ITIMER_REAL ? SSI_HERE : SSI_GO_HOME);
}

DECIDE(sigaction)
{
	return done(ssi_guest_sigaction(g, regs));
}

DECIDE(sigtimedwait)
{
	return done(ssi_guest_sigtimedwait(g, regs));
}

/* signals that wait at home for the end of their being blocked can not be read here */
DECIDE(signalfd)
{
	u64 mask;

	if (regs->dx != sizeof(mask) ||
	    copy_from_user(&mask, (const void __user *)regs->si, sizeof(mask)))
		return place(SSI_HERE);		/* the kernel says what is wrong */
	return place(mask & SSI_JOB_STOPS ? SSI_GO_HOME : SSI_HERE);
}

DECIDE(times)
{
	return done(ssi_guest_times(g, regs));
}

DECIDE(sigprocmask)
{
	return done(ssi_guest_sigprocmask(g, regs));
}

/* A signal to itself needs nobody else, unless it is about stopping. */
static bool is_own_business(pid_t pid, int sig)
{
	return pid == task_tgid_vnr(current) && sig > 0 && sig <= _NSIG &&
	       !sig_kernel_only(sig) && !sig_kernel_stop(sig) && sig != SIGCONT;
}

DECIDE(kill)
{
	return place(is_own_business((pid_t)regs->di, (int)regs->si) ? SSI_HERE : SSI_ASK_HOME);
}

DECIDE(tgkill)
{
	return place((pid_t)regs->di == (pid_t)regs->si &&
		     is_own_business((pid_t)regs->di, (int)regs->dx) ? SSI_HERE : SSI_ASK_HOME);
}

/*
 * Processes only: shared memory with its parent it may have until it execs
 * (vfork), everything else that is shared or made new is the home kernel's.
 */
static bool is_clone_here(u64 flags)
{
	u64 known = CLONE_VM | CLONE_VFORK | CLONE_PARENT | CLONE_SETTLS | CLONE_PARENT_SETTID |
		    CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED |
		    CLONE_CLEAR_SIGHAND;

	if (flags & ~known)
		return false;
	return !(flags & CLONE_VM) || (flags & CLONE_VFORK);
}

static struct ssi_decision clone_here(struct ssi_guest *g, struct kernel_clone_args *args)
{
	if (!is_clone_here(args->flags))
		return place(SSI_GO_HOME);
	return done(ssi_guest_clone(g, args));
}

DECIDE(fork)
{
	struct kernel_clone_args args = { .exit_signal = SIGCHLD };

	return clone_here(g, &args);
}

DECIDE(vfork)
{
	struct kernel_clone_args args = {
		.flags = CLONE_VFORK | CLONE_VM,
		.exit_signal = SIGCHLD,
	};

	return clone_here(g, &args);
}

DECIDE(clone)
{
	struct kernel_clone_args args = {
		.flags		= lower_32_bits(regs->di) & ~CSIGNAL,
		.exit_signal	= regs->di & CSIGNAL,
		.stack		= regs->si,
		.parent_tid	= (int __user *)regs->dx,
		.child_tid	= (int __user *)regs->r10,
		.tls		= regs->r8,
	};

	return clone_here(g, &args);
}

DECIDE(clone3)
{
	struct clone_args user = {};
	struct kernel_clone_args args = {};

	if (regs->si < CLONE_ARGS_SIZE_VER0 || regs->si > PAGE_SIZE ||
	    copy_struct_from_user(&user, sizeof(user), (void __user *)regs->di, regs->si))
		return place(SSI_GO_HOME);
	if (user.set_tid_size || user.cgroup || user.exit_signal > _NSIG ||
	    (user.stack && !user.stack_size) || (!user.stack && user.stack_size))
		return place(SSI_GO_HOME);
	args.flags = user.flags;
	args.exit_signal = (int)user.exit_signal;
	args.stack = user.stack ? user.stack + user.stack_size : 0;
	args.parent_tid = u64_to_user_ptr(user.parent_tid);
	args.child_tid = u64_to_user_ptr(user.child_tid);
	args.tls = user.tls;
	return clone_here(g, &args);
}

DECIDE(execve)
{
	return done(ssi_guest_execve(g, regs));
}

DECIDE(wait4)
{
	return done(ssi_guest_wait4(g, regs));
}

DECIDE(waitid)
{
	if ((int)regs->di == P_PIDFD)
		return place(SSI_GO_HOME);
	return done(ssi_guest_waitid(g, regs));
}
