/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_DOLMEN_H
#define _UAPI_DOLMEN_H
/*
 * The whole interface between the Dolmen modules and user land: the ioctls of
 * /dev/dolmen and the events of the generic-netlink family "dolmen".
 *
 * Reserved members must be zero. Unless said otherwise an ioctl answers 0 or
 * fails with EFAULT (bad pointer), EINVAL (a value out of range), EPERM
 * (CAP_SYS_ADMIN missing where "privileged" is said).
 */
#include <linux/ioctl.h>
#include <linux/types.h>

#define DOLMEN_DEVICE		"/dev/dolmen"
#define DOLMEN_BUILD_ID_LEN	40	/* text, zero-padded */
#define DOLMEN_NAME_LEN		32	/* host name of a node, NUL-terminated */
#define DOLMEN_COMM_LEN		16
#define DOLMEN_MAX_NODES	64	/* node ids 1..64; the head is 0 */
#define DOLMEN_LIST_BYTES_MAX	65536	/* of one policy list */

/**
 * struct dolmen_version - DOLMEN_IOC_VERSION
 * @protocol: (out) version of the messages between kernels
 * @roles: (out) DOLMEN_ROLE_ bits of this machine now
 * @build_id: (out) both ends of a connection must have the same
 */
struct dolmen_version {
	__u32 protocol;
	__u32 roles;
	char build_id[DOLMEN_BUILD_ID_LEN];
};

#define DOLMEN_ROLE_HEAD	1
#define DOLMEN_ROLE_NODE	2

/**
 * struct dolmen_head - DOLMEN_IOC_HEAD: this machine is the head (privileged)
 * @epoch: (in) differs at each start of the head; never 0
 * @timeout_percent: (in) all timeouts are scaled by it; 100..1000
 *
 * EBUSY: it is the head already.
 */
struct dolmen_head {
	__u64 epoch;
	__u32 timeout_percent;
	__u32 reserved;
};

/**
 * struct dolmen_link - hand connected TCP sockets to the module (privileged)
 * @control_fd: (in) everything in order; nothing may be left unread in it
 * @bulk_fd: (in) large payloads
 * @node: (in) 1..DOLMEN_MAX_NODES: id of the node (on both ends)
 * @timeout_percent: (in) as the head has it; ignored on the head
 * @epoch: (in) of the head
 * @name: (in) host name of the node
 * @build_id: (in) what the other end has told in the join
 * @memory: (in) bytes of the node, for the head's view; 0 on the node
 * @cpus: (in) CPUs of the node, likewise
 *
 * DOLMEN_IOC_ADD_NODE on the head, DOLMEN_IOC_JOIN on the node. The fds may be
 * closed afterwards. The call returns when the two kernels have greeted each
 * other on both connections, or fails and leaves nothing behind:
 * EEXIST: that node id is in use. EPROTO: build id, epoch or protocol differ.
 * ETIMEDOUT: no greeting came. ENOTCONN: no connected TCP socket.
 * ENXIO: (node) no guest container yet. EBUSY: (node) joined already.
 */
struct dolmen_link {
	__s32 control_fd;
	__s32 bulk_fd;
	__u32 node;
	__u32 timeout_percent;
	__u64 epoch;
	char name[DOLMEN_NAME_LEN];
	char build_id[DOLMEN_BUILD_ID_LEN];
	__u64 memory;
	__u32 cpus;
	__u32 reserved;
};

/**
 * struct dolmen_container - DOLMEN_IOC_CONTAINER (privileged)
 * @proc_fd: (in) directory fd of a procfs of the caller's pid namespace; the
 *	guests' own /proc/self
 * @reserved: zero
 *
 * The caller is pid 1 of the guests' pid namespace; its namespaces and its root
 * directory become those of all guests. When it dies all guests are killed.
 * ESRCH: the caller is not pid 1 of its own pid namespace. EBUSY: there is a
 * container already. ENOTDIR: @proc_fd.
 */
struct dolmen_container {
	__s32 proc_fd;
	__u32 reserved;
};

/* Where the programs that a process starts may run; inherited by fork, exec. */
enum dolmen_mode {
	DOLMEN_MODE_DEFAULT,	/* in a cluster session: names of SPREAD_NAMES */
	DOLMEN_MODE_SPREAD,	/* every exec but those of STAY_NAMES */
	DOLMEN_MODE_LOCAL,	/* none */
	DOLMEN_MODE_NODE,	/* every exec, on one given node */
};

/**
 * struct dolmen_set_mode - DOLMEN_IOC_SET_MODE: for the calling process
 * @mode: (in) enum dolmen_mode
 * @node: (in) with DOLMEN_MODE_NODE: its id (0: the head); else 0
 *
 * ENODEV: no such node is joined.
 */
struct dolmen_set_mode {
	__u32 mode;
	__u32 node;
};

enum dolmen_list {
	DOLMEN_LIST_SPREAD_NAMES,	/* base names of programs */
	DOLMEN_LIST_STAY_NAMES,
	DOLMEN_LIST_SESSION_CGROUPS,	/* paths in the unified hierarchy */
};

/**
 * struct dolmen_set_list - DOLMEN_IOC_SET_LIST: replace a list (privileged)
 * @list: (in) enum dolmen_list
 * @bytes: (in) length of the text, 0..DOLMEN_LIST_BYTES_MAX
 * @text: (in) pointer; entries separated by NUL or newline
 *
 * ENOENT: a cgroup path that does not exist. E2BIG: @bytes.
 */
struct dolmen_set_list {
	__u32 list;
	__u32 bytes;
	__u64 text;
};

/**
 * struct dolmen_set_weight - DOLMEN_IOC_SET_WEIGHT (privileged)
 * @node: (in) 0 is the head
 * @weight: (in) share of new programs, 0..1000; 0: nothing is placed there
 *
 * ENODEV: no such node is joined.
 */
struct dolmen_set_weight {
	__u32 node;
	__u32 weight;
};

enum dolmen_node_state {
	DOLMEN_NODE_JOINING,
	DOLMEN_NODE_UP,
	DOLMEN_NODE_DEAD,
};

/* One machine; sums since it joined. */
struct dolmen_node_info {
	__u32 node;
	__u32 state;		/* enum dolmen_node_state */
	char name[DOLMEN_NAME_LEN];
	__u32 cpus;
	__u32 weight;
	__u64 memory;		/* bytes */
	__u64 memory_free;	/* bytes available */
	__u32 load_permille;	/* runnable tasks x 1000, now */
	__u32 guests;		/* processes of the cluster there now (head: 0) */
	__u64 placed;		/* programs placed there by exec */
	__u64 forked;		/* processes made there by fork */
	__u64 went_home;	/* moves back to the head */
	__u64 messages_sent;	/* to it, control and bulk */
	__u64 messages_received;
	__u64 bytes_sent;
	__u64 bytes_received;
	__u64 busy_ns;		/* CPU time of its guests */
};

enum dolmen_process_state {
	DOLMEN_PROCESS_HOME,
	DOLMEN_PROCESS_PLACING,
	DOLMEN_PROCESS_AWAY,
	DOLMEN_PROCESS_RETURNING,
	DOLMEN_PROCESS_EXITING,
	DOLMEN_PROCESS_DEAD,
};

/* One process of the head whose body is elsewhere. */
struct dolmen_process_info {
	__s32 pid;
	__u32 node;
	__u32 state;		/* enum dolmen_process_state */
	__u32 uid;
	__u64 incarnation;
	__u64 utime_ns;
	__u64 stime_ns;
	__u64 resident;		/* bytes */
	char comm[DOLMEN_COMM_LEN];
	__u64 requests;		/* messages it has asked of the head */
};

/* One counter: how often programs @comm did @call (a system call or "exec"). */
enum dolmen_counter_kind {
	DOLMEN_COUNTER_WENT_HOME,	/* call that sent the program home */
	DOLMEN_COUNTER_ASKED_HOME,	/* call that was answered by the home */
	DOLMEN_COUNTER_PLACED,		/* exec that ended on node @node */
	DOLMEN_COUNTER_STAYED,		/* exec that was not placed; @call: why */
	DOLMEN_COUNTER_MOVED,		/* running program moved to @node; @call: why */
};

struct dolmen_counter_info {
	__u32 kind;		/* enum dolmen_counter_kind */
	__u32 node;
	char comm[DOLMEN_COMM_LEN];
	char call[32];
	__u64 count;
};

/* What must be back at its start when no process of the cluster is left. */
struct dolmen_audit_info {
	char what[32];		/* "shadows", "guests", "handles", "remote files"... */
	__u64 count;
};

/**
 * struct dolmen_table - DOLMEN_IOC_NODES, _PROCESSES, _COUNTERS, _AUDIT
 * @entries: (in) room at @pointer, (out) how many there are: if more than there
 *	was room for, call again with more
 * @entry_bytes: (in) size of one entry of the caller
 * @pointer: (in) array to be filled
 *
 * EINVAL: @entry_bytes is not what this kernel has.
 */
struct dolmen_table {
	__u32 entries;
	__u32 entry_bytes;
	__u64 pointer;
};

#define DOLMEN_REASON_LEN	64
#define DOLMEN_MOVE_TIMEOUT_MAX	600000	/* ms */

/**
 * struct dolmen_move - DOLMEN_IOC_MOVE: move a process that runs
 * @pid: (in) of a process of this machine, the head
 * @node: (in) where to; 0 is the head
 * @timeout_ms: (in) 1..DOLMEN_MOVE_TIMEOUT_MAX: how long to try
 * @reserved: zero
 * @why: (out) if it fails: what was in the way; text, may be empty
 *
 * Returns when it runs there. If it fails the process goes on where it was, or on the
 * head if it was on its way from one node to another. ESRCH: there is no such
 * process, or it has ended. EPERM: neither one's own nor CAP_SYS_ADMIN. ENODEV: no
 * such node is up. EBUSY: not possible within the time. EOPNOTSUPP: it has something
 * that can not move. EINTR: a signal came; it may have moved.
 */
struct dolmen_move {
	__s32 pid;
	__u32 node;
	__u32 timeout_ms;
	__u32 reserved;
	char why[DOLMEN_REASON_LEN];
};

/**
 * struct dolmen_why - DOLMEN_IOC_WHY: where a process runs, and why there
 * @pid: (in) of a process of this machine, the head
 * @node: (out) where it runs; 0 is the head
 * @state: (out) enum dolmen_process_state
 * @decided: (out) 1: @cause and @there tell what brought or kept it there last;
 *	0: nothing, it was born where its parent is
 * @cause: (out) enum dolmen_counter_kind, but not ASKED_HOME
 * @reserved: zero
 * @there: (out) the call it went home for, the rule by which it stayed... may be empty
 * @keeps: (out) why it can not move now; empty: it can
 *
 * ESRCH: there is no such process, or it has ended. EPERM: neither one's own nor
 * CAP_SYS_ADMIN.
 */
struct dolmen_why {
	__s32 pid;
	__u32 node;
	__u32 state;
	__u32 decided;
	__u32 cause;
	__u32 reserved;
	char there[32];
	char keeps[DOLMEN_REASON_LEN];
};

#define DOLMEN_IOC_VERSION	_IOR('D', 1, struct dolmen_version)
#define DOLMEN_IOC_HEAD		_IOW('D', 2, struct dolmen_head)
#define DOLMEN_IOC_ADD_NODE	_IOW('D', 3, struct dolmen_link)
#define DOLMEN_IOC_JOIN		_IOW('D', 4, struct dolmen_link)
/* declare a node dead (argument: its id; privileged). ENODEV: unknown */
#define DOLMEN_IOC_DROP_NODE	_IO('D', 5)
#define DOLMEN_IOC_CONTAINER	_IOW('D', 6, struct dolmen_container)
#define DOLMEN_IOC_SET_MODE	_IOW('D', 7, struct dolmen_set_mode)
#define DOLMEN_IOC_SET_LIST	_IOW('D', 8, struct dolmen_set_list)
#define DOLMEN_IOC_SET_WEIGHT	_IOW('D', 9, struct dolmen_set_weight)
#define DOLMEN_IOC_NODES	_IOWR('D', 10, struct dolmen_table)
#define DOLMEN_IOC_PROCESSES	_IOWR('D', 11, struct dolmen_table)
#define DOLMEN_IOC_COUNTERS	_IOWR('D', 12, struct dolmen_table)
#define DOLMEN_IOC_AUDIT	_IOWR('D', 13, struct dolmen_table)
#define DOLMEN_IOC_MOVE		_IOWR('D', 14, struct dolmen_move)
#define DOLMEN_IOC_WHY		_IOWR('D', 15, struct dolmen_why)

/*
 * File system type for everything of the head that a node has no own copy of
 * (/proc, /sys, /dev, mounts that are not exported): a path that ends in it
 * sends the guest home. Mount data: "kind=proc", "kind=dev" or "kind=other".
 * proc has "self" and "thread-self" of the guest; dev has null, zero, full,
 * random, urandom. Can be mounted after DOLMEN_IOC_CONTAINER too.
 */
#define DOLMEN_HOMEFS		"dolmenhome"

/* Generic netlink: family, multicast group, the one command, attributes. */
#define DOLMEN_GENL_NAME	"dolmen"
#define DOLMEN_GENL_VERSION	1
#define DOLMEN_GENL_GROUP	"events"

enum dolmen_genl_command {
	DOLMEN_CMD_UNSPEC,
	DOLMEN_CMD_EVENT,	/* notification only */
};

enum dolmen_event {
	DOLMEN_EVENT_NODE_UP,
	DOLMEN_EVENT_NODE_DEAD,		/* text: why */
	DOLMEN_EVENT_HEAD_LOST,		/* on the node */
	DOLMEN_EVENT_PROCESS_LOST,	/* its node died; text: comm */
	DOLMEN_EVENT_PROCESS_KILLED,	/* by Dolmen; text: why */
	DOLMEN_EVENT_REFUSED,		/* a message was refused; text: which */
};

enum dolmen_genl_attribute {
	DOLMEN_A_UNSPEC,
	DOLMEN_A_EVENT,		/* u32, enum dolmen_event */
	DOLMEN_A_NODE,		/* u32 */
	DOLMEN_A_PID,		/* u32, 0 if none */
	DOLMEN_A_TEXT,		/* string */
	DOLMEN_A_TIME,		/* u64, CLOCK_REALTIME ns */
	__DOLMEN_A_MAX,
};

#define DOLMEN_A_MAX (__DOLMEN_A_MAX - 1)

#endif /* _UAPI_DOLMEN_H */
