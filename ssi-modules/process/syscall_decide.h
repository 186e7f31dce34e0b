/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_SYSCALL_DECIDE_H
#define _SSI_SYSCALL_DECIDE_H
/* Calls whose place depends on their arguments, or that a function answers. */
#include "syscall_table.h"

#define DECIDE(name) \
	struct ssi_decision ssi_decide_##name(struct ssi_guest *g, struct pt_regs *regs)

DECIDE(go_home);
DECIDE(fcntl);
DECIDE(splice);
DECIDE(tee);
DECIDE(open);
DECIDE(openat);
DECIDE(openat2);
DECIDE(mmap);
DECIDE(membarrier);
DECIDE(prlimit);
DECIDE(prctl);
DECIDE(setid);
DECIDE(personality);
DECIDE(getpriority);
DECIDE(own_pid);
DECIDE(setitimer);
DECIDE(sigaction);
DECIDE(sigprocmask);
DECIDE(sigtimedwait);
DECIDE(signalfd);
DECIDE(times);
DECIDE(kill);
DECIDE(tgkill);
DECIDE(fork);
DECIDE(vfork);
DECIDE(clone);
DECIDE(clone3);
DECIDE(execve);
DECIDE(wait4);
DECIDE(waitid);
#endif /* _SSI_SYSCALL_DECIDE_H */
