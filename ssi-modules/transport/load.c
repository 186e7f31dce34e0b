// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this machine tells of itself: load, memory, CPU times.
 *
 * The load is the number of runnable tasks, counted twice a second and smoothed,
 * because the kernel's own load averages are minutes old when a compile starts.
 */
#include "transport.h"

#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/mm.h>
#include <linux/sched/loadavg.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/tick.h>
#include <linux/vmstat.h>

#include <ssi/message.h>

static_assert(sizeof_field(struct ssi_load, cpu_ns) ==
	      (CPUTIME_GUEST_NICE + 1) * sizeof(u64));

static DEFINE_SPINLOCK(here_lock);
static struct ssi_load here;		/* here_lock; written by one thread */

static void count_tasks(struct ssi_load *load)
{
	struct task_struct *process, *task;

	guard(rcu)();
	for_each_process_thread(process, task) {
		load->tasks++;
		/* whoever counts runs only for that */
		if (task != current && task_is_running(task))
			load->running++;
	}
}

/* An idle CPU without ticks does not account its idle time. */
static u64 idle_ns(u64 us, u64 accounted)
{
	return us == (u64)-1 ? accounted : us * NSEC_PER_USEC;
}

static void sum_cpu_times(u64 *ns)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct kernel_cpustat stat;

		kcpustat_cpu_fetch(&stat, cpu);
		stat.cpustat[CPUTIME_IDLE] =
			idle_ns(get_cpu_idle_time_us(cpu, NULL),
				stat.cpustat[CPUTIME_IDLE]);
		stat.cpustat[CPUTIME_IOWAIT] =
			idle_ns(get_cpu_iowait_time_us(cpu, NULL),
				stat.cpustat[CPUTIME_IOWAIT]);
		for (int i = 0; i < SSI_CPU_STATS; i++)
			ns[i] += stat.cpustat[i];
	}
}

static void measure_memory(struct ssi_load *load)
{
	long cached = global_node_page_state(NR_FILE_PAGES);
	struct sysinfo info;

	si_meminfo(&info);
	cached -= info.bufferram;
	load->memory = (u64)info.totalram << PAGE_SHIFT;
	load->memory_unused = (u64)info.freeram << PAGE_SHIFT;
	load->memory_free = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;
	load->memory_cached = (u64)max(cached, 0L) << PAGE_SHIFT;
}

void ssi_load_sample(void)
{
	struct ssi_load load = { .cpus = num_online_cpus() };

	count_tasks(&load);
	sum_cpu_times(load.cpu_ns);
	measure_memory(&load);
	for (int i = 0; i < ARRAY_SIZE(load.average); i++)
		load.average[i] = READ_ONCE(avenrun[i]);
	/* Two samples a second: three quarters of the old one fade in two. */
	load.load_permille = (3 * here.load_permille + load.running * 1000) / 4;

	spin_lock(&here_lock);
	here = load;
	spin_unlock(&here_lock);
}

void ssi_load_here(struct ssi_load *load)
{
	spin_lock(&here_lock);
	*load = here;
	spin_unlock(&here_lock);
}

void ssi_load_encode(struct ssi_writer *w, const struct ssi_load *load)
{
	ssi_put_u32(w, load->cpus);
	ssi_put_u32(w, load->load_permille);
	for (int i = 0; i < ARRAY_SIZE(load->average); i++)
		ssi_put_u32(w, load->average[i]);
	ssi_put_u32(w, load->running);
	ssi_put_u32(w, load->tasks);
	ssi_put_u64(w, load->memory);
	ssi_put_u64(w, load->memory_free);
	ssi_put_u64(w, load->memory_unused);
	ssi_put_u64(w, load->memory_cached);
	for (int i = 0; i < SSI_CPU_STATS; i++)
		ssi_put_u64(w, load->cpu_ns[i]);
}

void ssi_load_decode(struct ssi_cursor *c, struct ssi_load *load)
{
	load->cpus = ssi_get_count(c, SSI_CPUS_MAX);
	load->load_permille = ssi_get_u32(c);
	for (int i = 0; i < ARRAY_SIZE(load->average); i++)
		load->average[i] = ssi_get_u32(c);
	load->running = ssi_get_u32(c);
	load->tasks = ssi_get_u32(c);
	load->memory = ssi_get_u64(c);
	load->memory_free = ssi_get_u64(c);
	load->memory_unused = ssi_get_u64(c);
	load->memory_cached = ssi_get_u64(c);
	for (int i = 0; i < SSI_CPU_STATS; i++)
		load->cpu_ns[i] = ssi_get_u64(c);
}
