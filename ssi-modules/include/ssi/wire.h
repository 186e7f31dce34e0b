/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_WIRE_H
#define _SSI_WIRE_H
/*
 * The protocol between the kernels: every message, size, limit and timeout.
 *
 * Two TCP connections join a node and the head. On "control" everything about
 * identity and files is in order; "bulk" carries page contents and is never
 * needed for order. All numbers are little-endian. A message is a header and a
 * payload that is read through a struct ssi_cursor, never by a struct cast.
 *
 * A process is addressed by (pid, incarnation). The head gives a new incarnation
 * at each placement, so a message for a former body is refused by rule.
 *
 * "home" is the kernel that keeps the process's shadow, "node" the one that runs
 * its guest. Files have an "owner" (who has the struct file) and a "user".
 */
#include <linux/jiffies.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define SSI_PROTOCOL		4
#define SSI_MAGIC		0x4e4d4c44	/* "DLMN" */
#define SSI_HEAD		0		/* node id of the head */

struct ssi_wire_header {
	__le32 magic;
	__le16 protocol;
	__le16 type;		/* enum ssi_type */
	__le32 length;		/* of the payload, bytes */
	__le32 status;		/* replies: 0 or a negative errno, else 0 */
	__le64 epoch;
	__le32 home;		/* node id of the process's home */
	__le32 pid;		/* the process it is about, 0: none */
	__le64 incarnation;
	__le64 request;		/* chosen by the asker; 0: no reply wanted */
};

static_assert(sizeof(struct ssi_wire_header) == 48);

enum ssi_type {
	/* Membership; both directions, both connections for HELLO. */
	SSI_HELLO = 1,		/* first message: see peer/greeting */
	SSI_HEARTBEAT,		/* load of the sender, of the cluster; one way */
	SSI_COUNTERS,		/* node -> home: usage of its guests; one way */

	/* Process, home -> node. */
	SSI_PLACE,		/* an image: become this process. Reply PLACED */
	SSI_PLACED,		/* status; after it the body runs */
	SSI_SIGNAL,		/* siginfo for the guest; one way */
	SSI_STOP,		/* stop the guest (SIGSTOP); one way */
	SSI_CONT,		/* continue it: siginfo of the SIGCONT; one way */
	SSI_KILL,		/* SIGKILL. Its EXIT follows, or KILLED with -ESRCH */
	SSI_KILLED,		/* status: there is no such guest */
	SSI_RECALL,		/* come home now: LEAVE or STAYED follows */

	/* Process, node -> home. */
	SSI_FORK,		/* a child with these clone flags. Reply FORKED */
	SSI_FORKED,		/* status; child's pid and incarnation */
	SSI_FORK_ABORT,		/* the child (header) could not be made; one way */
	SSI_EXEC,		/* path, argv, envp, cwd. Reply EXECED */
	SSI_EXECED,		/* status; or an image to become; or "leave" */
	SSI_WAIT,		/* wait4/waitid. Reply WAITED */
	SSI_WAITED,		/* status; what a child did */
	SSI_CANCEL,		/* end that WAIT now; it is still answered */
	SSI_CALL,		/* a system call without pointers. Reply CALLED */
	SSI_CALLED,		/* status: 0; result */
	SSI_PATH_CALL,		/* one that reads about a path. Reply PATH_CALLED */
	SSI_PATH_CALLED,	/* status; result and what it has written */
	SSI_OPEN,		/* a regular file, to be read. Reply OPENED */
	SSI_OPENED,		/* status; the file, which stays at home */
	SSI_SIGACTION,		/* disposition home decides with; one way */
	SSI_SIGMASK,		/* blocked signals home decides with; one way */
	SSI_LEAVE,		/* its whole image goes home. Reply LEFT */
	SSI_LEFT,		/* status 0: vanish; else: stay and fail */
	SSI_STAYED,		/* errno: it can not follow a RECALL now; one way */
	SSI_EXIT,		/* code and usage; files are closed; one way */

	/* Process, both directions: contents of an image under way (bulk). */
	SSI_PULL,		/* page numbers of an image. Reply PAGES */
	SSI_PAGES,		/* their contents */

	/* Files, both directions: user -> owner and back. */
	SSI_FILE_READ,		/* Reply FILE_DONE; never blocks, like all below */
	SSI_FILE_WRITE,
	SSI_FILE_POLL,		/* mask now; arms one FILE_EVENT if none of it */
	SSI_FILE_IOCTL,
	SSI_FILE_SEEK,
	SSI_FILE_STAT,
	SSI_FILE_SYNC,
	SSI_FILE_FLAGS,		/* F_SETFL */
	SSI_FILE_TRUNCATE,
	SSI_FILE_DONE,		/* status and result of any of these */
	SSI_FILE_EVENT,		/* owner -> user: poll again; one way */
	SSI_FILE_RELEASE,	/* user -> owner: n references are gone; one way */

	SSI_TYPES
};

/* Sizes. A message over its limit ends the connection. */
#define SSI_PAYLOAD_MAX		(SZ_8M + SZ_1M)	/* of any message */
#define SSI_CPUS_MAX		8192		/* of one machine */
#define SSI_EXEC_BYTES_MAX	SZ_8M		/* path, argv, envp together */
#define SSI_VMAS_MAX		65530		/* as vm.max_map_count */
#define SSI_PAGES_MAX		(SZ_1M * 16)	/* of an image: 64 GiB */
#define SSI_INLINE_PAGES	512		/* sent with the image itself */
#define SSI_PULL_PAGES		64		/* per PULL */
#define SSI_FDS_MAX		65536		/* descriptors of an image */
#define SSI_FILE_BYTES_MAX	SZ_64K		/* data of one FILE_ message */
#define SSI_IOCTL_BYTES_MAX	SZ_4K
#define SSI_PATH_MAX		4096
#define SSI_HANDLE_BYTES_MAX	128		/* an NFS file handle */
#define SSI_QUEUE_BYTES_MAX	(SZ_1M * 64)	/* unsent, per connection */

/*
 * Times, for hardware; ssi_time() scales them by the head's timeout_percent.
 * The lease of a node must run out before the head gives the node up.
 */
#define SSI_T_HEARTBEAT		(HZ / 2)
#define SSI_T_LEASE		(7 * HZ / 2)
#define SSI_T_DEAD		(5 * HZ)
#define SSI_T_GREETING		(5 * HZ)
#define SSI_T_PLACE		(5 * HZ)	/* PLACE until PLACED */
#define SSI_T_PULL		(10 * HZ)
#define SSI_T_PID_FREE		(2 * HZ)	/* a namesake is still dying */
#define SSI_T_COUNTERS		HZ

/* EXECED: what becomes of the guest that asked. */
enum ssi_execed {
	SSI_EXECED_BECOME,	/* the image follows: keep the descriptors */
	SSI_EXECED_LEAVE,	/* send LEAVE with the descriptors, then vanish */
};

/* Descriptor kinds in an image. */
enum ssi_fd_kind {
	SSI_FD_REOPEN,		/* path on the shared root and its file handle */
	SSI_FD_DEVICE,		/* null, zero, full, random, urandom */
	SSI_FD_REMOTE,		/* stays with the sender: handle */
	SSI_FD_YOURS,		/* is the receiver's own: handle */
	SSI_FD_MADE,		/* made anew: u8 row in files/kinds.c, what it consists of */
};
#endif /* _SSI_WIRE_H */
