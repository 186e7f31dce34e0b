/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_MIRROR_H
#define _SSI_MIRROR_H
/* Signals whose disposition and blocking in the guest home has to know. */
#include <linux/signal.h>

enum ssi_action {
	SSI_ACTION_DEFAULT,
	SSI_ACTION_IGNORE,
	SSI_ACTION_HANDLER,
};

#define SSI_JOB_STOPS	(sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
/* what home alone decides: it is never pending at a guest */
#define SSI_HOME_SIGNALS (sigmask(SIGKILL) | sigmask(SIGSTOP) | sigmask(SIGCONT) | SSI_JOB_STOPS)
#define SSI_MIRRORED_MASK (SSI_JOB_STOPS | sigmask(SIGCHLD))
#define SSI_MIRRORED(sig) (valid_signal(sig) && (sig) > 0 && (sig) <= 32 && \
			   (sigmask(sig) & SSI_MIRRORED_MASK))
#endif /* _SSI_MIRROR_H */
