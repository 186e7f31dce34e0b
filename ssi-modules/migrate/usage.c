// SPDX-License-Identifier: GPL-2.0-only
#include "usage.h"

#include <linux/mm.h>
#include <linux/resource.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/seqlock.h>

#include <ssi/message.h>

void ssi_usage_of(struct task_struct *task, struct ssi_usage *usage)
{
	struct rusage ru;

	getrusage(task, RUSAGE_SELF, &ru);
	*usage = (struct ssi_usage){
		.maxrss = ru.ru_maxrss >> (PAGE_SHIFT - 10),	/* from KiB */
		.minflt = ru.ru_minflt,
		.majflt = ru.ru_majflt,
		.inblock = ru.ru_inblock,
		.oublock = ru.ru_oublock,
		.nvcsw = ru.ru_nvcsw,
		.nivcsw = ru.ru_nivcsw,
	};
	thread_group_cputime_adjusted(task, &usage->utime_ns, &usage->stime_ns);
}

void ssi_usage_of_children(struct ssi_usage *usage)
{
	struct signal_struct *sig = current->signal;

	read_seqlock_excl_irq(&sig->stats_lock);
	*usage = (struct ssi_usage){
		.utime_ns = sig->cutime,
		.stime_ns = sig->cstime,
		.maxrss = sig->cmaxrss,
		.minflt = sig->cmin_flt,
		.majflt = sig->cmaj_flt,
		.inblock = sig->cinblock,
		.oublock = sig->coublock,
		.nvcsw = sig->cnvcsw,
		.nivcsw = sig->cnivcsw,
	};
	read_sequnlock_excl_irq(&sig->stats_lock);
}

void ssi_put_usage(struct ssi_writer *w, const struct ssi_usage *usage)
{
	ssi_put_u64(w, usage->utime_ns);
	ssi_put_u64(w, usage->stime_ns);
	ssi_put_u64(w, usage->maxrss);
	ssi_put_u64(w, usage->minflt);
	ssi_put_u64(w, usage->majflt);
	ssi_put_u64(w, usage->inblock);
	ssi_put_u64(w, usage->oublock);
	ssi_put_u64(w, usage->nvcsw);
	ssi_put_u64(w, usage->nivcsw);
}

void ssi_get_usage(struct ssi_cursor *c, struct ssi_usage *usage)
{
	usage->utime_ns = ssi_get_u64(c);
	usage->stime_ns = ssi_get_u64(c);
	usage->maxrss = ssi_get_u64(c);
	usage->minflt = ssi_get_u64(c);
	usage->majflt = ssi_get_u64(c);
	usage->inblock = ssi_get_u64(c);
	usage->oublock = ssi_get_u64(c);
	usage->nvcsw = ssi_get_u64(c);
	usage->nivcsw = ssi_get_u64(c);
}

void ssi_install_usage(const struct ssi_usage *own, const struct ssi_usage *children)
{
	struct signal_struct *sig = current->signal;

	write_seqlock_irq(&sig->stats_lock);
	/* as of threads that have ended */
	sig->utime = own->utime_ns;
	sig->stime = own->stime_ns;
	sig->sum_sched_runtime = own->utime_ns + own->stime_ns;
	sig->maxrss = own->maxrss;
	sig->min_flt = own->minflt;
	sig->maj_flt = own->majflt;
	sig->inblock = own->inblock;
	sig->oublock = own->oublock;
	sig->nvcsw = own->nvcsw;
	sig->nivcsw = own->nivcsw;
	sig->cutime = children->utime_ns;
	sig->cstime = children->stime_ns;
	sig->cmaxrss = children->maxrss;
	sig->cmin_flt = children->minflt;
	sig->cmaj_flt = children->majflt;
	sig->cinblock = children->inblock;
	sig->coublock = children->oublock;
	sig->cnvcsw = children->nvcsw;
	sig->cnivcsw = children->nivcsw;
	write_sequnlock_irq(&sig->stats_lock);
	ssi_usage_told(own);
}

void ssi_usage_told(const struct ssi_usage *usage)
{
	struct prev_cputime *prev = &current->signal->prev_cputime;

	raw_spin_lock_irq(&prev->lock);
	prev->utime = max(prev->utime, usage->utime_ns);
	prev->stime = max(prev->stime, usage->stime_ns);
	raw_spin_unlock_irq(&prev->lock);
}
