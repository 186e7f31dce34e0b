/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_WAKEUP_H
#define _SSI_WAKEUP_H
/*
 * Calls that answer EINTR to whoever interrupts them, and that must not answer it
 * to us: epoll_wait() above all. They are made again, for the time that is left.
 *
 * The kernel keeps the end of such a wait on its stack only, and throws it away
 * when it is interrupted. So who interrupts looks first (ssi_wakeup_find()), and
 * the task itself says then that it goes on (ssi_forgive_interruption()).
 */
#include <linux/types.h>

struct ssi_image_resumption;
struct task_struct;

/* The sleep that a task is in. */
struct ssi_wakeup {
	u64 instant_ns;		/* end, by this machine's CLOCK_MONOTONIC; 0: not known */
	unsigned long sleep;	/* which of the task's sleeps it is */
};

/* @task may run meanwhile: then it is another sleep. Context: any, interrupts too */
void ssi_wakeup_find(struct task_struct *task, struct ssi_wakeup *wakeup);
/*
 * Current was interrupted by us, on its way to user mode: unless there is a signal,
 * its call goes on. @wakeup: as found before. Context: current's task work.
 */
void ssi_forgive_interruption(const struct ssi_wakeup *wakeup);

/* such a call goes on by restart_syscall(), see resume.c */
void ssi_timed_wait_capture(struct ssi_image_resumption *r);
bool ssi_timed_wait_valid(const struct ssi_image_resumption *r);
long ssi_timed_wait_resume(const struct ssi_image_resumption *r);

void ssi_wakeup_init(void);	/* at module load */
void ssi_timed_wait_start(void);
void ssi_timed_wait_stop(void);	/* those that would go on end with EINTR */
#endif /* _SSI_WAKEUP_H */
