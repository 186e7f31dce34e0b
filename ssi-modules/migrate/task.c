// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small per-task state of an image: name, limits, umask, timers, and the
 * addresses that user space has registered with the kernel.
 *
 * CPU-time timers (ITIMER_VIRTUAL, ITIMER_PROF) are not carried: their
 * setitimer() sends a guest home. Nor are POSIX timers: they stay with the shadow.
 */
#include <linux/fs_struct.h>
#include <linux/hrtimer.h>
#include <linux/rseq.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <uapi/linux/sched/types.h>
#include <linux/stat.h>
#include <ssi/sighand.h>

#include "clock.h"
#include "image.h"

bool ssi_capture_timer(struct ssi_writer *w)
{
	struct hrtimer *timer = &current->signal->real_timer;
	bool ran = hrtimer_cancel(timer);
	u64 end = ktime_to_ns(hrtimer_get_expires(timer)) + ssi_clock_offset(CLOCK_MONOTONIC);
	u64 interval = ktime_to_ns(current->signal->it_real_incr);

	/* its last instant counts too: a signal that is pending sets it again from there */
	ssi_put_u8(w, ran);
	ssi_put_u64(w, ran || interval ? end : 0);
	ssi_put_u64(w, interval);
	return ran;
}

void ssi_capture_undo(const struct ssi_capture *capture)
{
	if (capture->timer_ran)
		hrtimer_start_expires(&current->signal->real_timer, HRTIMER_MODE_ABS);
}

void ssi_decode_timer(struct ssi_cursor *c, struct ssi_image_timer *timer)
{
	timer->runs = ssi_get_u8(c);
	timer->instant_ns = ssi_get_u64(c);
	timer->interval_ns = ssi_get_u64(c);
	if ((timer->runs && !timer->instant_ns) || timer->instant_ns > KTIME_MAX ||
	    timer->interval_ns > KTIME_MAX)
		ssi_cursor_fail(c);
}

void ssi_install_timer(const struct ssi_image_timer *timer)
{
	struct hrtimer *real = &current->signal->real_timer;
	s64 end = timer->instant_ns - ssi_clock_offset(CLOCK_MONOTONIC);

	hrtimer_cancel(real);
	spin_lock_irq(&ssi_own_sighand()->siglock);
	current->signal->it_real_incr = ns_to_ktime(timer->interval_ns);
	if (timer->instant_ns)
		hrtimer_set_expires(real, ns_to_ktime(max_t(s64, end, 0)));
	if (timer->runs)
		hrtimer_start_expires(real, HRTIMER_MODE_ABS);
	spin_unlock_irq(&ssi_own_sighand()->siglock);
}

void ssi_capture_task(struct ssi_writer *w, struct ssi_capture *capture)
{
	struct signal_struct *sig = current->signal;
	struct ssi_usage children;
	char comm[TASK_COMM_LEN];
	int i;

	get_task_comm(comm, current);
	ssi_put_bytes(w, comm, sizeof(comm));
	ssi_put_u32(w, current->personality);
	ssi_put_u32(w, current->fs->umask);
	ssi_put_u32(w, (u32)task_nice(current));
	ssi_put_u32(w, current->policy);
	ssi_put_u32(w, current->rt_priority);
	ssi_put_u32(w, current->sched_reset_on_fork);
	task_lock(current->group_leader);
	for (i = 0; i < RLIM_NLIMITS; i++) {
		ssi_put_u64(w, sig->rlim[i].rlim_cur);
		ssi_put_u64(w, sig->rlim[i].rlim_max);
	}
	task_unlock(current->group_leader);
	ssi_put_u64(w, (unsigned long)current->clear_child_tid);
	ssi_put_u64(w, (unsigned long)current->robust_list);
	ssi_put_u64(w, (unsigned long)current->rseq);
	ssi_put_u32(w, current->rseq_len);
	ssi_put_u32(w, current->rseq_sig);
	ssi_usage_of(current, &capture->usage);
	ssi_put_usage(w, &capture->usage);
	ssi_usage_of_children(&children);
	ssi_put_usage(w, &children);
	capture->timer_ran = ssi_capture_timer(w);
}

void ssi_decode_task(struct ssi_cursor *c, struct ssi_image_task *task)
{
	int i;

	ssi_get_bytes(c, task->comm, sizeof(task->comm));
	task->comm[TASK_COMM_LEN - 1] = 0;
	task->personality = ssi_get_u32(c);
	task->umask = ssi_get_u32(c);
	task->nice = (s32)ssi_get_u32(c);
	task->policy = ssi_get_count(c, SCHED_IDLE);
	task->priority = ssi_get_count(c, MAX_RT_PRIO - 1);
	task->reset_on_fork = ssi_get_count(c, 1);
	for (i = 0; i < RLIM_NLIMITS; i++) {
		task->rlimits[i].rlim_cur = ssi_get_u64(c);
		task->rlimits[i].rlim_max = ssi_get_u64(c);
	}
	task->clear_child_tid = ssi_get_u64(c);
	task->robust_list = ssi_get_u64(c);
	task->rseq = ssi_get_u64(c);
	task->rseq_length = ssi_get_u32(c);
	task->rseq_signature = ssi_get_u32(c);
	ssi_get_usage(c, &task->usage);
	ssi_get_usage(c, &task->children);
	ssi_decode_timer(c, &task->timer);
	if (task->umask & ~0777 || task->nice < MIN_NICE || task->nice > MAX_NICE)
		ssi_cursor_fail(c);
}

void ssi_install_limits(const struct ssi_image_task *task)
{
	task_lock(current->group_leader);
	memcpy(current->signal->rlim, task->rlimits, sizeof(task->rlimits));
	task_unlock(current->group_leader);
}

static void install_scheduling(const struct ssi_image_task *task)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = task->policy,
		.sched_priority = task->priority,
		.sched_nice = task->nice,
		.sched_flags = task->reset_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0,
	};

	/* which a real-time policy keeps for later */
	set_user_nice(current, task->nice);
	sched_setattr_nocheck(current, &attr);
}

void ssi_install_task(const struct ssi_image_task *task, bool keep_identity)
{
	__set_task_comm(current, task->comm, true);
	current->personality = task->personality;
	current->fs->umask = task->umask;
	if (!keep_identity)
		install_scheduling(task);
	current->clear_child_tid = (int __user *)task->clear_child_tid;
	current->robust_list = (void __user *)task->robust_list;
	current->rseq = (void __user *)task->rseq;
	current->rseq_len = task->rseq_length;
	current->rseq_sig = task->rseq_signature;
	/* the area tells the old machine's CPU: have it written anew */
	rseq_set_notify_resume(current);
	if (current->rseq)
		current->rseq_event_mask |= 1U << RSEQ_EVENT_MIGRATE_BIT;
}
