// SPDX-License-Identifier: GPL-2.0-only
/*
 * What home decides with is told to it: the dispositions of SIGCHLD and of the
 * job-control signals, and whether these are blocked. The messages need no
 * answer: whatever can depend on them is sent later on the same connection.
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>

#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "guest.h"
#include "mirror.h"

static void tell_action(struct ssi_guest *g, int sig)
{
	struct ssi_message *msg = ssi_guest_message(g, SSI_SIGACTION, 16);
	struct sigaction *sa = &ssi_own_sighand()->action[sig - 1].sa;
	struct ssi_writer w;

	if (!msg) {
		ssi_peer_drop(g->home, "no memory to tell a disposition");
		return;
	}
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u32(&w, sig);
	ssi_put_u32(&w, sa->sa_handler == SIG_DFL ? SSI_ACTION_DEFAULT :
			sa->sa_handler == SIG_IGN ? SSI_ACTION_IGNORE : SSI_ACTION_HANDLER);
	ssi_put_u64(&w, sa->sa_flags & (SA_NOCLDSTOP | SA_NOCLDWAIT));
	ssi_send(g->home, SSI_CONTROL, msg);
}

long ssi_guest_sigaction(struct ssi_guest *g, struct pt_regs *regs)
{
	int sig = (int)regs->di;
	bool sets = regs->si;
	long ret = x64_sys_call(regs, regs->orig_ax);

	if (!ret && sets && SSI_MIRRORED(sig))
		tell_action(g, sig);
	return ret;
}

long ssi_guest_sigprocmask(struct ssi_guest *g, struct pt_regs *regs)
{
	long ret = x64_sys_call(regs, regs->orig_ax);
	u64 mask = current->blocked.sig[0] & SSI_MIRRORED_MASK;
	struct ssi_message *msg;
	struct ssi_writer w;

	if (ret || mask == g->mirrored_mask)
		return ret;
	msg = ssi_guest_message(g, SSI_SIGMASK, 8);
	if (!msg) {
		ssi_peer_drop(g->home, "no memory to tell a signal mask");
		return ret;
	}
	g->mirrored_mask = mask;
	ssi_writer_init(&w, msg, GFP_KERNEL);
	ssi_put_u64(&w, mask);
	ssi_send(g->home, SSI_CONTROL, msg);
	return ret;
}
