// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of system calls, see syscall_table.h. An allow-list: what is not
 * named here is not done by a node's kernel.
 *
 * "here" is right for what concerns the guest's own memory, its own descriptors
 * and its own clocks. With a path it is "here, path". What looks at or changes
 * other processes is asked of home. Sockets, kernel objects that can not be used
 * from another machine, and all of administration go home.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unistd.h>

#include "syscall_decide.h"
#include "syscall_table.h"

#define HERE(call)	[__NR_##call] = { .where = SSI_HERE }
#define PATH(call)	[__NR_##call] = { .where = SSI_HERE_PATH }
#define ASK(call)	[__NR_##call] = { .where = SSI_ASK_HOME }
#define BY(call, fn)	[__NR_##call] = { .where = SSI_SPECIAL, .decide = fn }

static const struct ssi_call_row rows[] = {
	/* descriptors */
	HERE(read), HERE(write), HERE(readv), HERE(writev), HERE(pread64), HERE(pwrite64),
	HERE(preadv), HERE(pwritev), HERE(preadv2), HERE(pwritev2), HERE(close),
	HERE(close_range), HERE(lseek), HERE(dup), HERE(dup2), HERE(dup3), HERE(pipe),
	HERE(pipe2), HERE(poll), HERE(ppoll), HERE(select), HERE(pselect6), HERE(fsync),
	HERE(fdatasync), PATH(ftruncate), PATH(fallocate), HERE(fadvise64), HERE(readahead),
	HERE(sync_file_range), HERE(sync), HERE(syncfs), PATH(fchmod), PATH(fchown),
	PATH(fchdir), PATH(fgetxattr), PATH(flistxattr), PATH(fsetxattr), PATH(fremovexattr),
	PATH(sendfile), PATH(copy_file_range),
	BY(splice, ssi_decide_splice), BY(tee, ssi_decide_tee),
	PATH(fstat), PATH(fstatfs), PATH(getdents), PATH(getdents64), PATH(ioctl),
	HERE(epoll_create), HERE(epoll_create1), HERE(epoll_ctl),
	HERE(epoll_wait), HERE(epoll_pwait), HERE(epoll_pwait2), BY(signalfd, ssi_decide_signalfd),
	BY(signalfd4, ssi_decide_signalfd),
	BY(fcntl, ssi_decide_fcntl), BY(flock, ssi_decide_go_home),

	/* paths */
	BY(open, ssi_decide_open), BY(openat, ssi_decide_openat),
	BY(openat2, ssi_decide_openat2), PATH(creat),
	PATH(stat), PATH(lstat), PATH(newfstatat), PATH(statx), PATH(access),
	PATH(faccessat), PATH(faccessat2), PATH(readlink), PATH(readlinkat), PATH(chdir),
	PATH(mkdir), PATH(mkdirat), PATH(rmdir), PATH(unlink), PATH(unlinkat), PATH(rename),
	PATH(renameat), PATH(renameat2), PATH(link), PATH(linkat), PATH(symlink),
	PATH(symlinkat), PATH(chmod), PATH(fchmodat), PATH(fchmodat2), PATH(chown),
	PATH(lchown), PATH(fchownat), PATH(utime), PATH(utimes), PATH(utimensat),
	PATH(futimesat), PATH(truncate), PATH(statfs), PATH(getxattr), PATH(lgetxattr),
	PATH(listxattr), PATH(llistxattr), PATH(setxattr), PATH(lsetxattr),
	PATH(removexattr), PATH(lremovexattr),
	HERE(getcwd), HERE(umask),

	/* memory */
	BY(mmap, ssi_decide_mmap), HERE(munmap), HERE(mprotect), HERE(mremap), HERE(brk),
	HERE(msync), HERE(mincore), HERE(mlock), HERE(munlock),
	HERE(madvise), BY(membarrier, ssi_decide_membarrier),

	/* the process itself */
	HERE(exit), HERE(exit_group), HERE(getpid), HERE(gettid), HERE(getuid), HERE(geteuid),
	HERE(getgid), HERE(getegid), HERE(getresuid), HERE(getresgid), HERE(getgroups),
	HERE(capget), HERE(arch_prctl), HERE(set_tid_address), HERE(set_robust_list),
	HERE(rseq), HERE(futex), HERE(sched_yield), HERE(getcpu), HERE(uname), HERE(sysinfo),
	BY(times, ssi_decide_times), HERE(getrusage), HERE(getrlimit), HERE(setrlimit),
	HERE(getrandom), HERE(restart_syscall), HERE(sched_getaffinity),
	BY(setuid, ssi_decide_setid), BY(setgid, ssi_decide_setid),
	BY(setreuid, ssi_decide_setid), BY(setregid, ssi_decide_setid),
	BY(setresuid, ssi_decide_setid), BY(setresgid, ssi_decide_setid),
	BY(prlimit64, ssi_decide_prlimit), BY(prctl, ssi_decide_prctl),
	BY(personality, ssi_decide_personality), BY(getpriority, ssi_decide_getpriority),
	BY(sched_getscheduler, ssi_decide_own_pid), BY(sched_getparam, ssi_decide_own_pid),
	HERE(sched_get_priority_max), HERE(sched_get_priority_min),

	/* time */
	HERE(nanosleep), HERE(clock_nanosleep), HERE(clock_gettime), HERE(clock_getres),
	HERE(gettimeofday), HERE(time), HERE(alarm), HERE(getitimer),
	BY(setitimer, ssi_decide_setitimer),

	/* signals */
	HERE(rt_sigreturn), HERE(rt_sigpending), HERE(rt_sigsuspend),
	BY(rt_sigtimedwait, ssi_decide_sigtimedwait), HERE(sigaltstack), HERE(pause),
	BY(rt_sigaction, ssi_decide_sigaction), BY(rt_sigprocmask, ssi_decide_sigprocmask),
	BY(kill, ssi_decide_kill), BY(tkill, ssi_decide_kill), BY(tgkill, ssi_decide_tgkill),

	/* families */
	BY(fork, ssi_decide_fork), BY(vfork, ssi_decide_vfork), BY(clone, ssi_decide_clone),
	BY(clone3, ssi_decide_clone3), BY(execve, ssi_decide_execve),
	BY(wait4, ssi_decide_wait4), BY(waitid, ssi_decide_waitid),
	ASK(getppid), ASK(getpgrp), ASK(getpgid), ASK(setpgid), ASK(getsid), ASK(setsid),
};

static const struct ssi_call_row go_home = { .where = SSI_GO_HOME };

const struct ssi_call_row *ssi_call_row(unsigned long nr)
{
	return nr < ARRAY_SIZE(rows) ? &rows[nr] : &go_home;
}

#define __SYSCALL(nr, name) [nr] = #name,
#define __SYSCALL_NORETURN(nr, name) [nr] = #name,
static const char *const names[] = {
#include <asm/syscalls_64.h>
};

const char *ssi_call_name(unsigned int nr)
{
	if (nr == SSI_CALL_RECALL)
		return "recall";
	if (nr >= ARRAY_SIZE(names) || !names[nr])
		return "unknown call";
	return names[nr] + strlen("sys_");
}
