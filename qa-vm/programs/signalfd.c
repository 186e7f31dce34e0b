// SPDX-License-Identifier: GPL-2.0-only
/* signalfd: what a child sends comes once, in order, with its value and its sender. */
#include "check.h"

#include <signal.h>
#include <sys/signalfd.h>

static void send_as_child(pid_t parent, int goes_on)
{
	for (int value = 0; check_goes_on(goes_on, 10); value++)
		MUST(sigqueue(parent, SIGRTMIN, (union sigval){ .sival_int = value }));
	MUST(sigqueue(parent, SIGRTMIN + 1, (union sigval){ .sival_int = -1 }));
}

/* The signal it has read. */
static int take(int fd, int value, pid_t sender)
{
	struct signalfd_siginfo info = { 0 };
	ssize_t got = MUST(read(fd, &info, sizeof(info)));

	CHECK(got == sizeof(info), "%zd bytes", got);
	CHECK((pid_t)info.ssi_pid == sender && info.ssi_uid == getuid() &&
	      info.ssi_code == SI_QUEUE,
	      "sent by %u of %u, code %d", info.ssi_pid, info.ssi_uid, info.ssi_code);
	CHECK(info.ssi_int == value || (int)info.ssi_signo != SIGRTMIN, "value %d, not %d",
	      info.ssi_int, value);
	return info.ssi_signo;
}

int main(int argc, char **argv)
{
	pid_t self = getpid(), child;
	int fd, lives[2], value = 0;
	sigset_t wanted = { 0 };

	check_begin(argc, argv);
	sigaddset(&wanted, SIGRTMIN);
	sigaddset(&wanted, SIGRTMIN + 1);
	MUST(sigprocmask(SIG_BLOCK, &wanted, NULL));
	fd = MUST(signalfd(-1, &wanted, SFD_CLOEXEC));
	MUST(pipe(lives));
	child = MUST(fork());
	if (!child) {
		MUST(close(lives[1]));
		send_as_child(self, lives[0]);
		check_child_end();
	}
	check_ready();
	while (!check_told())
		take(fd, value++, child);
	MUST(close(lives[1]));
	while (!check_failures && take(fd, value, child) == SIGRTMIN)
		value++;
	CHECK(value > 0, "no signal came");
	check_join(child);
	return check_end();
}
