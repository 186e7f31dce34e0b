// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that are pending: of the process and of its thread, standard ones once,
 * queued ones with their values in their order, while a child sends more.
 */
#include "check.h"

#include <signal.h>
#include <sys/syscall.h>

#define EACH	40
#define SENT	200		/* by the child */

static const sigset_t none;
static sigset_t blocked;

static void send(int signal, int value)
{
	MUST(sigqueue(getpid(), signal, (union sigval){ .sival_int = value }));
}

static void send_to_thread(int signal, int value)
{
	siginfo_t info = { .si_signo = signal, .si_code = SI_QUEUE };

	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_int = value;
	MUST(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), signal, &info));
}

static void expect(int signal, int value, pid_t sender)
{
	static const struct timespec at_once;
	siginfo_t info;
	int found = sigtimedwait(&blocked, &info, &at_once);

	CHECK(found == signal, "signal %d, not %d with value %d", found, signal, value);
	if (found != signal)
		return;
	CHECK(info.si_code == SI_QUEUE && info.si_value.sival_int == value,
	      "signal %d: code %d, value %d, not %d", signal, info.si_code,
	      info.si_value.sival_int, value);
	CHECK(info.si_pid == sender && info.si_uid == getuid(), "signal %d %d: sent by %d of %d",
	      signal, value, info.si_pid, info.si_uid);
}

static void send_from_child(pid_t parent)
{
	for (int i = 0; i < SENT; i++) {
		MUST(sigqueue(parent, SIGRTMIN + 3, (union sigval){ .sival_int = i }));
		check_pause(5);
	}
}

int main(int argc, char **argv)
{
	pid_t self = getpid(), child;
	sigset_t pending;

	check_begin(argc, argv);
	sigaddset(&blocked, SIGUSR1);
	for (int i = 0; i < 4; i++)
		sigaddset(&blocked, SIGRTMIN + i);
	MUST(sigprocmask(SIG_SETMASK, &blocked, NULL));
	for (int i = 0; i < EACH; i++) {
		send(SIGRTMIN + 1, i);
		send(SIGRTMIN, 1000 + i);
		send_to_thread(SIGRTMIN + 2, 2000 + i);
		send_to_thread(SIGRTMIN, 3000 + i);
		send(SIGUSR1, 7 + i);		/* the first counts */
	}
	child = MUST(fork());
	if (!child) {
		send_from_child(self);
		check_child_end();
	}
	check_ready();
	while (!check_told()) {
		MUST(sigpending(&pending));
		for (int i = 1; i <= 64; i++)
			CHECK(sigismember(&pending, i) == sigismember(&blocked, i) ||
			      i == SIGRTMIN + 3 || i == SIGCHLD,
			      "signal %d is pending: %d", i, sigismember(&pending, i));
		check_pause(CHECK_PAUSE_MS);
	}
	check_join(child);

	/* those of the thread first, then lower numbers first */
	for (int i = 0; i < EACH; i++)
		expect(SIGRTMIN, 3000 + i, self);
	for (int i = 0; i < EACH; i++)
		expect(SIGRTMIN + 2, 2000 + i, self);
	expect(SIGUSR1, 7, self);
	for (int i = 0; i < EACH; i++)
		expect(SIGRTMIN, 1000 + i, self);
	for (int i = 0; i < EACH; i++)
		expect(SIGRTMIN + 1, i, self);
	for (int i = 0; i < SENT; i++)
		expect(SIGRTMIN + 3, i, child);
	CHECK(sigtimedwait(&blocked, NULL, &(struct timespec){ 0 }) == -1 && errno == EAGAIN,
	      "there is one more");
	MUST(sigprocmask(SIG_SETMASK, &none, NULL));
	return check_end();
}
