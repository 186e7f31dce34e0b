/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_IMAGE_H
#define _SSI_IMAGE_H
/*
 * The image of a process: all that makes it run, in one message. Captured from
 * current, installed into current; the same for a newborn that goes to a node,
 * a guest whose exec stays on its node, and a guest that goes home.
 *
 * Order in the message, each part with its own file and its own pair of
 * functions: task, registers, resumption, credentials, signals, memory, pages,
 * descriptors.
 * Up to SSI_INLINE_PAGES pages come with the message; the receiver pulls the
 * others from the captured task, which waits until it is told to vanish.
 */
#include <linux/auxvec.h>
#include <linux/mm_types.h>
#include <linux/personality.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal.h>

#include <ssi/message.h>

#include "usage.h"

struct pt_regs;
struct ssi_files;
struct ssi_peer;

#define SSI_IMAGE_FRESH		1	/* just exec'ed: correct its auxv */
#define SSI_IMAGE_FILES		2	/* with its descriptors */
#define SSI_IMAGE_SLEEPS	4	/* in a restart_syscall() that is a sleep */
#define SSI_IMAGE_POLLS		8	/* ... or a poll; see resume.c */
#define SSI_IMAGE_FUTEX		16	/* ... or a FUTEX_WAIT */
#define SSI_IMAGE_WAITS		32	/* ... or an epoll_wait(); see timed_wait.c */
#define SSI_IMAGE_RESUMES	(SSI_IMAGE_SLEEPS | SSI_IMAGE_POLLS | SSI_IMAGE_FUTEX | \
				 SSI_IMAGE_WAITS)
#define SSI_IMAGE_FLAGS		(SSI_IMAGE_FRESH | SSI_IMAGE_FILES | SSI_IMAGE_RESUMES)

/* What is left with current, whose image has been captured. */
struct ssi_capture {
	/* addresses of its private pages */
	u64 *page;		/* kvmalloc'ed, owner: the captured task */
	u32 pages;
	bool timer_ran;		/* its ITIMER_REAL has been stopped */
	struct ssi_usage usage;	/* what it had used */
	/* at home: signals that were pending, of its thread and of the process */
	u32 own_signals, shared_signals;
};

/* ITIMER_REAL */
struct ssi_image_timer {
	bool runs;
	u64 instant_ns;		/* next or last, by the process's CLOCK_MONOTONIC; 0: none */
	u64 interval_ns;	/* 0: once */
};

struct ssi_image_task {
	char comm[TASK_COMM_LEN];
	u32 personality;
	u32 umask;
	s32 nice;
	u32 policy;		/* SCHED_ */
	u32 priority;		/* of a real-time policy */
	bool reset_on_fork;
	struct rlimit rlimits[RLIM_NLIMITS];
	u64 clear_child_tid, robust_list;
	u64 rseq;
	u32 rseq_length, rseq_signature;
	struct ssi_usage usage, children;
	struct ssi_image_timer timer;
};

struct ssi_image_registers {
	u64 general[21];
	u64 fs_base, gs_base;
	const void *xstate;	/* view into the message */
	u32 xstate_bytes;
};

/* What the call that goes on is about, see resume.c */
struct ssi_image_resumption {
	u32 number;		/* a clock, a number of descriptors, a value, a call */
	u64 address;
	u64 instant_ns;		/* when it ends, by the process's own clock; U64_MAX: never */
};

struct ssi_image_action {
	u64 handler, flags, restorer, mask;
};

struct ssi_image_signals {
	struct ssi_image_action action[_NSIG];
	u64 blocked, saved_mask;
	bool restore_mask;
	u64 altstack, altstack_bytes;
	u32 altstack_flags;
	u32 received;		/* SIGNAL messages of home it has seen */
	u32 pending;
	kernel_siginfo_t *info;	/* the pending ones, in order */
	bool *whole;		/* for the process, not the thread */
};

struct ssi_image_vma {
	u64 start, end, page_offset;
	u32 flags;		/* SSI_VMA_ */
	u32 file;		/* 0: anonymous, else index + 1 */
};

#define SSI_VMA_READ		1
#define SSI_VMA_WRITE		2
#define SSI_VMA_EXEC		4
#define SSI_VMA_SHARED		8
#define SSI_VMA_STACK		16	/* grows down */
#define SSI_VMA_NORESERVE	32
#define SSI_VMA_LOCKED		64
#define SSI_VMA_DONTFORK	128	/* from here on: see advice.c */
#define SSI_VMA_WIPEONFORK	256
#define SSI_VMA_DONTDUMP	512
#define SSI_VMA_SEQUENTIAL	1024
#define SSI_VMA_RANDOM		2048
#define SSI_VMA_HUGE		4096
#define SSI_VMA_NOT_HUGE	8192
#define SSI_VMA_MERGEABLE	16384
#define SSI_VMA_BITS		32767

struct ssi_image_memory {
	u64 field[11];		/* start_code ... env_end, see memory.c */
	u64 mmap_base, flags, vdso;
	unsigned long auxv[AT_VECTOR_SIZE];
	struct file *exe;
	struct file *cwd;
	u32 files, vmas, pages;
	struct file **file;
	struct ssi_image_vma *vma;
	u64 *page;		/* addresses */
	const u8 *inline_page;	/* contents of the first of them */
};

struct ssi_image {
	struct ssi_message *msg;	/* reference: the views point into it */
	struct ssi_peer *peer;		/* who captured it; reference */
	u32 flags;
	u32 table;			/* byte offset in the message of its descriptors */
	struct ssi_image_task task;
	struct ssi_image_registers registers;
	struct ssi_image_resumption resumption;
	struct cred *cred;
	struct ssi_image_signals signals;
	struct ssi_image_memory memory;
	struct ssi_files *files;
};

/**
 * ssi_image_capture - write current into a message
 * @w: where to
 * @peer: who will read it
 * @flags: SSI_IMAGE_ bits
 * @capture: filled; the caller frees @capture->page
 *
 * Writes the descriptors last, so that after success nothing can fail any more
 * (see ssi_files_encode()).
 *
 * Context: process context of a single-threaded user process.
 * Return: 0; -EOPNOTSUPP: it has something that can not move yet; -ESSIHOME: a
 * mapped file or the working directory is not on the shared root; -E2BIG;
 * -ENOMEM; -EMSGSIZE.
 */
int ssi_image_capture(struct ssi_writer *w, struct ssi_peer *peer, u32 flags,
		      struct ssi_capture *capture);
/* current goes on here after all; also after a capture that failed */
void ssi_capture_undo(const struct ssi_capture *capture);
/* what was captured lives elsewhere now: its pending signals are not ours any more */
void ssi_capture_gone(const struct ssi_capture *capture);
/* answer a PULL for pages of the image that current has captured */
void ssi_image_serve_pull(struct ssi_peer *peer, struct ssi_message *pull,
			  const struct ssi_capture *capture);

/**
 * ssi_image_decode - read and check an image, open its files
 * @msg: PLACE, EXECED or LEAVE; @c stands at the image
 *
 * Context: process context of the task that will install it (paths are walked
 * from its root). Return: the image or an ERR_PTR (-EBADMSG, -ENOMEM, -ESTALE).
 */
struct ssi_image *ssi_image_decode(struct ssi_message *msg,
				   struct ssi_cursor *c, struct ssi_peer *peer);
void ssi_image_free(struct ssi_image *image);	/* NULL is fine */
/* an image that nobody decodes (@c stands at it): give its descriptors back */
void ssi_image_discard(struct ssi_message *msg, struct ssi_cursor *c, struct ssi_peer *peer);

/**
 * ssi_image_install - become the process of the image
 * @image: from ssi_image_decode()
 * @keep_identity: keep current's credentials and limits (it is at home)
 *
 * The old memory of current is gone when it starts; on an error current has no
 * usable state and must exit. The registers are written by
 * ssi_image_install_registers(), which the caller does last.
 *
 * Context: current, single-threaded, no locks held.
 */
int ssi_image_install(struct ssi_image *image, bool keep_identity);
int ssi_image_install_registers(const struct ssi_image *image);

/* The parts. Each capture_ writes what the decode_ of the same file reads. */
/* this one and the next: whether a timer that ran has been stopped */
void ssi_capture_task(struct ssi_writer *w, struct ssi_capture *capture);
void ssi_decode_task(struct ssi_cursor *c, struct ssi_image_task *task);
bool ssi_capture_timer(struct ssi_writer *w);
void ssi_decode_timer(struct ssi_cursor *c, struct ssi_image_timer *timer);
void ssi_install_timer(const struct ssi_image_timer *timer);
void ssi_install_limits(const struct ssi_image_task *task);
void ssi_install_task(const struct ssi_image_task *task, bool keep_identity);

int ssi_capture_registers(struct ssi_writer *w);
void ssi_decode_registers(struct ssi_cursor *c, struct ssi_image_registers *r);

/* at module load, in a user process; 0, or the kernel is not as it is expected */
int ssi_resume_init(void);
/* the registers as if the call that is being entered had not been made yet */
void ssi_rewind_call(struct pt_regs *regs);
/* SSI_IMAGE_ bit if that call is a restart_syscall() that can be carried; 0 */
u32 ssi_resumption_at(struct pt_regs *regs);
/**
 * ssi_interrupted_call - make current ready to leave in the middle of a call
 * @regs: current's, on its way to user mode
 * @resumes: SSI_IMAGE_ bit of what has to be carried besides them, or 0
 *
 * The registers still say that a call was interrupted, and how: where they arrive the
 * kernel makes the call again or, if a signal with a handler is there, ends it with
 * EINTR, as it would have done here. Nothing changes if no call was interrupted.
 * Return: false if the call can not go on elsewhere; it would end with EINTR.
 */
bool ssi_interrupted_call(struct pt_regs *regs, u32 *resumes);
/* interrupted in the vdso, whose values of the clocks are those of this machine */
bool ssi_in_vdso(const struct pt_regs *regs);
void ssi_capture_resumption(struct ssi_writer *w, u32 flags);
void ssi_decode_resumption(struct ssi_cursor *c, u32 flags, struct ssi_image_resumption *r);
/* after the registers: they stand at a restart_syscall(), or in a call that becomes one */
void ssi_install_resumption(const struct ssi_image *image);

void ssi_capture_credentials(struct ssi_writer *w);
struct cred *ssi_decode_credentials(struct ssi_cursor *c);

/* @pending: with what is pending */
int ssi_capture_signals(struct ssi_writer *w, bool pending, struct ssi_capture *capture);
int ssi_decode_signals(struct ssi_cursor *c, struct ssi_image_signals *s);
/*
 * Queue the pending ones for current. Context: its signal lock is held; between the two
 * below, so that no limit refuses one. 0: all are there; -EAGAIN: memory is short
 */
int ssi_install_pending(const struct ssi_image_signals *s);
/*
 * What POSIX timers have sent to current and it has not seen is gone, as the timers are: for
 * an exec. The kernel's flush_itimer_signals() is not exported.
 */
void ssi_flush_timer_signals(void);
/* no limit of pending signals for current, until it is set again; returns what it was */
unsigned long ssi_unlimit_pending(void);
void ssi_limit_pending(unsigned long limit);
/* but not the pending ones */
void ssi_install_signals(const struct ssi_image_signals *s);
void ssi_release_signals(struct ssi_image_signals *s);

int ssi_capture_memory(struct ssi_writer *w, struct ssi_capture *capture);
/* can current's memory be captured? 0 or the error that this would give */
int ssi_memory_check(void);
int ssi_decode_memory(struct ssi_cursor *c, struct ssi_image_memory *m);
void ssi_release_memory(struct ssi_image_memory *m);
int ssi_install_memory(struct ssi_image *image);
/* at module load: the format of the program that loads it is that of all */
void ssi_memory_init(void);
/* drop current's memory; it has none afterwards */
void ssi_drop_memory(void);
/* unmap what current's body has taken along; its arguments stay, ps shows them */
void ssi_forget_memory(void);

/* what the auxiliary vector says of this machine's CPUs; at module load */
void ssi_auxv_init(void);
int ssi_auxv_correct(struct ssi_image *image);
#endif /* _SSI_IMAGE_H */
