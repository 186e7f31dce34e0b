// SPDX-License-Identifier: GPL-2.0-only
/* The names of the message types, for events and traces. */
#include "transport.h"

#include <linux/kernel.h>

static const char * const names[] = {
	[SSI_HELLO]		= "HELLO",
	[SSI_HEARTBEAT]		= "HEARTBEAT",
	[SSI_COUNTERS]		= "COUNTERS",
	[SSI_PLACE]		= "PLACE",
	[SSI_PLACED]		= "PLACED",
	[SSI_SIGNAL]		= "SIGNAL",
	[SSI_STOP]		= "STOP",
	[SSI_CONT]		= "CONT",
	[SSI_KILL]		= "KILL",
	[SSI_KILLED]		= "KILLED",
	[SSI_RECALL]		= "RECALL",
	[SSI_FORK]		= "FORK",
	[SSI_FORKED]		= "FORKED",
	[SSI_FORK_ABORT]	= "FORK_ABORT",
	[SSI_EXEC]		= "EXEC",
	[SSI_EXECED]		= "EXECED",
	[SSI_WAIT]		= "WAIT",
	[SSI_WAITED]		= "WAITED",
	[SSI_CANCEL]		= "CANCEL",
	[SSI_CALL]		= "CALL",
	[SSI_CALLED]		= "CALLED",
	[SSI_PATH_CALL]		= "PATH_CALL",
	[SSI_PATH_CALLED]	= "PATH_CALLED",
	[SSI_OPEN]		= "OPEN",
	[SSI_OPENED]		= "OPENED",
	[SSI_SIGACTION]		= "SIGACTION",
	[SSI_SIGMASK]		= "SIGMASK",
	[SSI_LEAVE]		= "LEAVE",
	[SSI_LEFT]		= "LEFT",
	[SSI_STAYED]		= "STAYED",
	[SSI_EXIT]		= "EXIT",
	[SSI_PULL]		= "PULL",
	[SSI_PAGES]		= "PAGES",
	[SSI_FILE_READ]		= "FILE_READ",
	[SSI_FILE_WRITE]	= "FILE_WRITE",
	[SSI_FILE_POLL]		= "FILE_POLL",
	[SSI_FILE_IOCTL]	= "FILE_IOCTL",
	[SSI_FILE_SEEK]		= "FILE_SEEK",
	[SSI_FILE_STAT]		= "FILE_STAT",
	[SSI_FILE_SYNC]		= "FILE_SYNC",
	[SSI_FILE_FLAGS]	= "FILE_FLAGS",
	[SSI_FILE_TRUNCATE]	= "FILE_TRUNCATE",
	[SSI_FILE_DONE]		= "FILE_DONE",
	[SSI_FILE_EVENT]	= "FILE_EVENT",
	[SSI_FILE_RELEASE]	= "FILE_RELEASE",
};

static_assert(ARRAY_SIZE(names) == SSI_TYPES);

const char *ssi_type_name(u16 type)
{
	return type < SSI_TYPES && names[type] ? names[type] : "?";
}
