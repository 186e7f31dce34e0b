// SPDX-License-Identifier: GPL-2.0-only
/* What signals do: handlers, flags, masks, the alternate stack. */
#include "check.h"

#include <signal.h>

#define FIRST	(SIGRTMIN + 1)
#define SECOND	(SIGRTMIN + 2)
#define ONCE	(SIGRTMIN + 3)

static char other_stack[65536];
static volatile int handled, value, on_other_stack;
static sigset_t mask_in_handler, blocked;
static struct sigaction kept[65];

static void on_signal(int signal, siginfo_t *info, void *context)
{
	char *here = (char *)&info;

	(void)signal;
	(void)context;
	handled++;
	value = info->si_value.sival_int;
	on_other_stack = here >= other_stack && here < other_stack + sizeof(other_stack);
	sigprocmask(SIG_BLOCK, NULL, &mask_in_handler);
}

static void set(int signal, int flags, int masked)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };

	sigaddset(&action.sa_mask, masked);
	MUST(sigaction(signal, &action, NULL));
}

static bool are_same_masks(const sigset_t *left, const sigset_t *right)
{
	for (int i = 1; i <= 64; i++)
		if (sigismember(left, i) != sigismember(right, i))
			return false;
	return true;
}

static void verify_actions(void)
{
	struct sigaction found;
	stack_t stack;
	sigset_t mask;

	for (int i = 1; i <= 64; i++) {
		if (sigaction(i, NULL, &found))
			continue;	/* two are the C library's */
		CHECK(found.sa_handler == kept[i].sa_handler &&
		      found.sa_flags == kept[i].sa_flags &&
		      are_same_masks(&found.sa_mask, &kept[i].sa_mask),
		      "signal %d: flags %#x, not %#x, or another handler or mask", i,
		      found.sa_flags, kept[i].sa_flags);
	}
	MUST(sigprocmask(SIG_BLOCK, NULL, &mask));
	CHECK(are_same_masks(&mask, &blocked), "other signals are blocked");
	MUST(sigaltstack(NULL, &stack));
	CHECK(stack.ss_sp == other_stack && stack.ss_size == sizeof(other_stack) && !stack.ss_flags,
	      "other stack: %p, %zu bytes, flags %d", stack.ss_sp, stack.ss_size, stack.ss_flags);
}

static void verify_handling(int signal, bool other, int masked, bool masks_itself)
{
	int before = handled;

	MUST(raise(signal));
	CHECK(handled == before + 1, "signal %d was handled %d times", signal, handled - before);
	CHECK(on_other_stack == other, "signal %d: on the other stack: %d", signal, on_other_stack);
	CHECK(sigismember(&mask_in_handler, masked), "%d is not blocked in %d", masked, signal);
	CHECK(sigismember(&mask_in_handler, signal) == masks_itself,
	      "signal %d: blocked in its handler: %d", signal, !masks_itself);
}

int main(int argc, char **argv)
{
	stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof(other_stack) };
	struct sigaction found;

	check_begin(argc, argv);
	MUST(sigaltstack(&stack, NULL));
	set(FIRST, SA_ONSTACK | SA_RESTART, SIGUSR1);
	set(SECOND, SA_NODEFER | SA_NOCLDWAIT, SIGWINCH);
	set(ONCE, (int)SA_RESETHAND, SIGHUP);
	MUST(signal(SIGUSR2, SIG_IGN) == SIG_ERR ? -1 : 0);
	MUST(signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGRTMAX);
	MUST(sigprocmask(SIG_SETMASK, &blocked, NULL));
	for (int i = 1; i <= 64; i++)
		if (sigaction(i, NULL, &kept[i]))
			kept[i] = (struct sigaction){ 0 };
	check_ready();
	while (!check_told()) {
		verify_actions();
		verify_handling(FIRST, true, SIGUSR1, true);
		verify_handling(SECOND, false, SIGWINCH, false);
		MUST(raise(SIGUSR2));
		check_pause(CHECK_PAUSE_MS);
	}
	verify_handling(ONCE, false, SIGHUP, true);
	MUST(sigaction(ONCE, NULL, &found));
	CHECK(found.sa_handler == SIG_DFL, "the handler for one time is still there");
	return check_end();
}
