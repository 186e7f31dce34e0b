// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signal state of an image: dispositions, masks, the alternate stack and what
 * is pending, with its siginfo and in its order.
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <ssi/sighand.h>

#include "image.h"
#include "../process/guest.h"
#include "../process/mirror.h"

#define PENDING_MAX	1024

/*
 * It goes along: at home some do not. That of a POSIX timer stays with its timer, which is
 * set again when it is taken; then it is sent on like those that follow.
 */
static bool is_carried(const struct sigqueue *q)
{
	if (q->flags & SIGQUEUE_PREALLOC)
		return false;
	return ssi_is_guest() || q->info.si_signo > 32 ||
	       !(sigmask(q->info.si_signo) & SSI_HOME_SIGNALS);
}

static u32 count_pending(struct sigpending *pending)
{
	struct sigqueue *q;
	u32 n = 0;

	list_for_each_entry(q, &pending->list, list)
		n += is_carried(q);
	return n;
}

/* A bit without a queue entry (memory was short) counts as a plain signal. */
static void put_pending(struct ssi_writer *w, struct sigpending *pending, bool whole)
{
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list) {
		if (!is_carried(q))
			continue;
		ssi_put_u8(w, whole);
		ssi_put_bytes(w, &q->info, sizeof(q->info));
	}
}

/* Move the first @count that are @wanted to @taken; with the signal lock held. */
static void take(struct sigpending *pending, bool (*wanted)(const struct sigqueue *q), u32 count,
		 struct sigpending *taken)
{
	struct sigqueue *q, *next;

	list_for_each_entry_safe(q, next, &pending->list, list) {
		if (!count || !wanted(q))
			continue;
		count--;
		list_move_tail(&q->list, &taken->list);
		sigdelset(&pending->signal, q->info.si_signo);
	}
	list_for_each_entry(q, &pending->list, list)
		sigaddset(&pending->signal, q->info.si_signo);
}

void ssi_capture_gone(const struct ssi_capture *capture)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	struct sigpending taken;

	init_sigpending(&taken);
	/* what has come since stands behind them */
	spin_lock_irq(&sighand->siglock);
	take(&current->pending, is_carried, capture->own_signals, &taken);
	take(&current->signal->shared_pending, is_carried, capture->shared_signals, &taken);
	recalc_sigpending();
	spin_unlock_irq(&sighand->siglock);
	flush_sigqueue(&taken);
}

static bool is_of_timer(const struct sigqueue *q)
{
	return q->info.si_code == SI_TIMER;
}

void ssi_flush_timer_signals(void)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	struct sigpending taken;

	init_sigpending(&taken);
	spin_lock_irq(&sighand->siglock);
	take(&current->pending, is_of_timer, U32_MAX, &taken);
	take(&current->signal->shared_pending, is_of_timer, U32_MAX, &taken);
	recalc_sigpending();
	spin_unlock_irq(&sighand->siglock);
	flush_sigqueue(&taken);
}

int ssi_capture_signals(struct ssi_writer *w, bool with_pending, struct ssi_capture *capture)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	gfp_t gfp = w->gfp;
	u32 pending;
	int i;

	spin_lock_irq(&sighand->siglock);
	w->gfp = GFP_ATOMIC;
	for (i = 0; i < _NSIG; i++) {
		const struct sigaction *sa = &sighand->action[i].sa;

		ssi_put_u64(w, (unsigned long)sa->sa_handler);
		ssi_put_u64(w, sa->sa_flags);
		ssi_put_u64(w, (unsigned long)sa->sa_restorer);
		ssi_put_u64(w, sa->sa_mask.sig[0]);
	}
	ssi_put_u64(w, current->blocked.sig[0]);
	ssi_put_u64(w, current->saved_sigmask.sig[0]);
	ssi_put_u8(w, test_restore_sigmask());
	ssi_put_u64(w, current->sas_ss_sp);
	ssi_put_u64(w, current->sas_ss_size);
	ssi_put_u32(w, current->sas_ss_flags);
	ssi_put_u32(w, ssi_guest_signals_received());
	if (with_pending) {
		capture->own_signals = count_pending(&current->pending);
		capture->shared_signals = count_pending(&current->signal->shared_pending);
	}
	pending = capture->own_signals + capture->shared_signals;
	if (pending > PENDING_MAX) {
		spin_unlock_irq(&sighand->siglock);
		w->gfp = gfp;
		return -E2BIG;
	}
	ssi_put_u32(w, pending);
	if (pending) {
		put_pending(w, &current->pending, false);
		put_pending(w, &current->signal->shared_pending, true);
	}
	w->gfp = gfp;
	spin_unlock_irq(&sighand->siglock);
	return w->error;
}

int ssi_decode_signals(struct ssi_cursor *c, struct ssi_image_signals *s)
{
	u32 i;

	for (i = 0; i < _NSIG; i++) {
		s->action[i].handler = ssi_get_u64(c);
		s->action[i].flags = ssi_get_u64(c);
		s->action[i].restorer = ssi_get_u64(c);
		s->action[i].mask = ssi_get_u64(c);
	}
	s->blocked = ssi_get_u64(c);
	s->saved_mask = ssi_get_u64(c);
	s->restore_mask = ssi_get_u8(c);
	s->altstack = ssi_get_u64(c);
	s->altstack_bytes = ssi_get_u64(c);
	s->altstack_flags = ssi_get_u32(c);
	s->received = ssi_get_u32(c);
	s->pending = ssi_get_count(c, PENDING_MAX);
	if (c->error || !s->pending)
		return c->error;

	s->info = kvcalloc(s->pending, sizeof(*s->info), GFP_KERNEL);
	s->whole = kvcalloc(s->pending, sizeof(*s->whole), GFP_KERNEL);
	if (!s->info || !s->whole)
		return -ENOMEM;
	for (i = 0; i < s->pending; i++) {
		s->whole[i] = ssi_get_u8(c);
		ssi_get_bytes(c, &s->info[i], sizeof(s->info[i]));
		if (!valid_signal(s->info[i].si_signo) || !s->info[i].si_signo)
			ssi_cursor_fail(c);
	}
	return c->error;
}

int ssi_install_pending(const struct ssi_image_signals *s)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < s->pending && !ret; i++)
		ret = send_signal_locked(s->info[i].si_signo, (struct kernel_siginfo *)&s->info[i],
					 current, s->whole[i] ? PIDTYPE_TGID : PIDTYPE_PID);
	return ret;
}

unsigned long ssi_unlimit_pending(void)
{
	struct rlimit *limit = current->signal->rlim + RLIMIT_SIGPENDING;
	unsigned long was = limit->rlim_cur;

	WRITE_ONCE(limit->rlim_cur, RLIM_INFINITY);
	return was;
}

void ssi_limit_pending(unsigned long limit)
{
	WRITE_ONCE(current->signal->rlim[RLIMIT_SIGPENDING].rlim_cur, limit);
}

void ssi_release_signals(struct ssi_image_signals *s)
{
	kvfree(s->info);
	kvfree(s->whole);
}

void ssi_install_signals(const struct ssi_image_signals *s)
{
	struct sighand_struct *sighand = ssi_own_sighand();
	sigset_t blocked = { { s->blocked } };
	u32 i;

	spin_lock_irq(&sighand->siglock);
	for (i = 0; i < _NSIG; i++) {
		struct sigaction *sa = &sighand->action[i].sa;

		/* a kernel thread, which a newborn comes from, ignores even these */
		if (sig_kernel_only(i + 1)) {
			*sa = (struct sigaction){ .sa_handler = SIG_DFL };
			continue;
		}
		sa->sa_handler = (__sighandler_t)s->action[i].handler;
		sa->sa_flags = s->action[i].flags;
		sa->sa_restorer = (__sigrestore_t)s->action[i].restorer;
		sa->sa_mask.sig[0] = s->action[i].mask;
		sigdelsetmask(&sa->sa_mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	}
	spin_unlock_irq(&sighand->siglock);

	current->sas_ss_sp = s->altstack;
	current->sas_ss_size = s->altstack_bytes;
	current->sas_ss_flags = s->altstack_flags;
	sigdelsetmask(&blocked, sigmask(SIGKILL) | sigmask(SIGSTOP));
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	if (s->restore_mask) {
		current->saved_sigmask.sig[0] = s->saved_mask;
		set_restore_sigmask();
	}
}
