// SPDX-License-Identifier: GPL-2.0-only
/*
 * What guests use, charged to their processes at home: pushed once a second so
 * that ps and top are right, and with the exit so that wait is exact.
 */
#include <linux/mm.h>
#include <linux/sched/cputime.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"
#include "shadow.h"
#include "usage.h"

#define ENTRIES_MAX	4096	/* of one message */

/* The part of @now that @before does not have; never negative. */
static u64 grown(u64 now, u64 *before)
{
	u64 more = now > *before ? now - *before : 0;

	*before += more;
	return more;
}

void ssi_shadow_charge(struct ssi_shadow *s, const struct ssi_usage *usage)
{
	struct signal_struct *sig = s->task->signal;
	struct ssi_usage *charged = &s->charged;
	unsigned long flags;
	u64 user, system;

	spin_lock_irqsave(&s->lock, flags);
	write_seqlock(&sig->stats_lock);
	user = grown(usage->utime_ns, &charged->utime_ns);
	system = grown(usage->stime_ns, &charged->stime_ns);
	sig->utime += user;
	sig->stime += system;
	sig->sum_sched_runtime += user + system;
	sig->maxrss = max_t(u64, sig->maxrss, usage->maxrss);
	sig->min_flt += grown(usage->minflt, &charged->minflt);
	sig->maj_flt += grown(usage->majflt, &charged->majflt);
	sig->inblock += grown(usage->inblock, &charged->inblock);
	sig->oublock += grown(usage->oublock, &charged->oublock);
	sig->nvcsw += grown(usage->nvcsw, &charged->nvcsw);
	sig->nivcsw += grown(usage->nivcsw, &charged->nivcsw);
	write_sequnlock(&sig->stats_lock);
	spin_unlock_irqrestore(&s->lock, flags);
	atomic64_add(user + system, &s->peer->busy_ns);
}

/* home: one message for all guests of a node */
int ssi_handle_counters(struct ssi_peer *peer, struct ssi_message *msg)
{
	u32 count, i, size, resident, state;
	struct ssi_usage usage = {};
	struct ssi_shadow *s;
	struct ssi_cursor c;
	u64 incarnation;
	s32 pid;

	ssi_cursor_init(&c, msg);
	count = ssi_get_count(&c, ENTRIES_MAX);
	for (i = 0; i < count && !c.error; i++) {
		pid = (s32)ssi_get_u32(&c);
		incarnation = ssi_get_u64(&c);
		usage.utime_ns = ssi_get_u64(&c);
		usage.stime_ns = ssi_get_u64(&c);
		size = ssi_get_u32(&c);
		resident = ssi_get_u32(&c);
		state = ssi_get_count(&c, 2);	/* R, S, D */
		s = c.error ? NULL : ssi_shadow_find(pid, incarnation);
		if (!s)
			continue;
		if (s->peer == peer) {
			ssi_shadow_charge(s, &usage);
			s->size = size;
			s->resident = resident;
			s->run_state = state;
		}
		ssi_shadow_put(s);
	}
	return ssi_cursor_end(&c);
}

struct push {
	struct ssi_guest **guest;
	u32 count, room;
};

static void note(struct ssi_guest *g, void *arg)
{
	struct push *push = arg;

	if (push->count < push->room && g->state == SSI_GUEST_RUNNING && g->task &&
	    ssi_guest_tryget(g))
		push->guest[push->count++] = g;
}

static u32 state_letter(struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	if (state & TASK_UNINTERRUPTIBLE && !(state & TASK_NOLOAD) && state != TASK_KILLABLE)
		return 2;
	return state ? 1 : 0;
}

static void put_one(struct ssi_writer *w, struct ssi_guest *g)
{
	struct mm_struct *mm = get_task_mm(g->task);
	u64 utime, stime;

	thread_group_cputime_adjusted(g->task, &utime, &stime);
	ssi_put_u32(w, g->pid);
	ssi_put_u64(w, g->incarnation);
	ssi_put_u64(w, utime);
	ssi_put_u64(w, stime);
	ssi_put_u32(w, mm ? mm->total_vm : 0);
	ssi_put_u32(w, mm ? get_mm_rss(mm) : 0);
	ssi_put_u32(w, state_letter(g->task));
	if (mm)
		mmput(mm);
}

static void push_counters(struct push *push)
{
	struct ssi_message *msg;
	struct ssi_writer w;
	u32 i;

	if (!push->count)
		return;
	msg = ssi_message_new(SSI_COUNTERS, 4 + 44 * push->count, GFP_KERNEL);
	if (msg) {
		ssi_writer_init(&w, msg, GFP_KERNEL);
		ssi_put_u32(&w, push->count);
		for (i = 0; i < push->count; i++)
			put_one(&w, push->guest[i]);
		if (w.error)
			ssi_message_put(msg);
		else
			ssi_send(push->guest[0]->home, SSI_CONTROL, msg);
	}
	for (i = 0; i < push->count; i++)
		ssi_guest_put(push->guest[i]);
}

static void push_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(pusher, push_work);

static void push_work(struct work_struct *work)
{
	struct push push = { .room = min_t(u64, ssi_process_guests(), ENTRIES_MAX) };

	if (push.room) {
		push.guest = kvcalloc(push.room, sizeof(*push.guest), GFP_KERNEL);
		if (push.guest) {
			ssi_guest_for_each(note, &push);
			push_counters(&push);
			kvfree(push.guest);
		}
	}
	queue_delayed_work(system_unbound_wq, &pusher, ssi_time(SSI_T_COUNTERS));
}

void ssi_usage_start(void)
{
	queue_delayed_work(system_unbound_wq, &pusher, ssi_time(SSI_T_COUNTERS));
}

void ssi_usage_stop(void)
{
	cancel_delayed_work_sync(&pusher);
}
