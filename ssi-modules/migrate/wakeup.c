// SPDX-License-Identifier: GPL-2.0-only
/*
 * Until when a task sleeps: the kernel's timer that will wake it is looked up
 * among those of all CPUs.
 */
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/timerqueue.h>

#include "wakeup.h"

/* the kernel's, which has no header for them */
DECLARE_PER_CPU(struct hrtimer_cpu_base, hrtimer_bases);

/* of the timers that wake a task; written once, at module load */
static enum hrtimer_restart (*wakes_task)(struct hrtimer *timer);

static u64 find_in(struct hrtimer_cpu_base *cpu, const struct task_struct *task)
{
	struct hrtimer_clock_base *clock = &cpu->clock_base[HRTIMER_BASE_MONOTONIC];
	struct timerqueue_node *node;
	struct hrtimer *timer;
	unsigned long flags;
	u64 instant = 0;

	/* one that is queued is there: its owner takes it out before it goes on */
	raw_spin_lock_irqsave(&cpu->lock, flags);
	for (node = timerqueue_getnext(&clock->active); node && !instant;
	     node = timerqueue_iterate_next(node)) {
		timer = container_of(node, struct hrtimer, node);
		if (timer->function == wakes_task &&
		    container_of(timer, struct hrtimer_sleeper, timer)->task == task)
			instant = ktime_to_ns(hrtimer_get_softexpires(timer));
	}
	raw_spin_unlock_irqrestore(&cpu->lock, flags);
	return instant;
}

void ssi_wakeup_find(struct task_struct *task, struct ssi_wakeup *wakeup)
{
	int cpu;

	*wakeup = (struct ssi_wakeup){ .sleep = READ_ONCE(task->nvcsw) };
	for_each_online_cpu(cpu) {
		wakeup->instant_ns = find_in(per_cpu_ptr(&hrtimer_bases, cpu), task);
		if (wakeup->instant_ns)
			return;
	}
}

void ssi_wakeup_init(void)
{
	struct hrtimer_sleeper sleeper;

	hrtimer_init_sleeper_on_stack(&sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	wakes_task = sleeper.timer.function;
	destroy_hrtimer_on_stack(&sleeper.timer);
}
