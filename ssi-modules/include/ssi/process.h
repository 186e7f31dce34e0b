/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_PROCESS_H
#define _SSI_PROCESS_H
/*
 * What the rest of the module sees of processes: the shadow at home, the guest
 * on the node, and the container that guests are born in.
 */
#include <linux/types.h>

#include <uapi/dolmen.h>

struct dolmen_audit_info;
struct file;
struct path;
struct pt_regs;
struct ssi_message;
struct ssi_peer;
struct task_struct;

/*
 * Put a message into the mailbox of the shadow it names by (pid, incarnation);
 * keeps @msg by its own reference. -ESRCH: no such process away on @peer.
 * Context: any.
 */
int ssi_shadow_post(struct ssi_peer *peer, struct ssi_message *msg);
/* the identity of current if it is a guest: true and its pid, incarnation */
bool ssi_guest_identity(s32 *pid, u64 *incarnation);

/* Handlers, see struct ssi_handler. */
int ssi_handle_home(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_guest(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_place(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_pull(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_counters(struct ssi_peer *peer, struct ssi_message *msg);

/* the peer is dead: its shadows end as killed; or (head) all guests die */
void ssi_process_peer_dead(struct ssi_peer *peer);

/* DOLMEN_IOC_CONTAINER: current becomes the reaper; 0 or the errors there */
int ssi_container_create(struct file *proc);
bool ssi_container_exists(void);
/* root directory of procfs of the guests' pid namespace; with references */
int ssi_container_proc(struct path *path);

/* DOLMEN_IOC_PROCESSES: the @index'th process that is away; false: no more */
bool ssi_process_info(u32 index, struct dolmen_process_info *info);
u64 ssi_process_shadows(void);
u64 ssi_process_guests(void);
u64 ssi_process_moves(void);	/* under way; for the audit */

/**
 * ssi_move_process - move a process and wait until it runs there
 * @pid: of the process, at home
 * @node: where to; SSI_HEAD is home
 * @timeout_ms: how long to try; what can not be done at this instant is tried again
 * @why: DOLMEN_REASON_LEN bytes: what was in the way, in words
 *
 * If it fails the process goes on where it was, or at home if it was to go from one
 * node to another and only the second half has failed.
 * Context: process context, killable; an interruption gives up as a timeout does.
 * Return: 0; -ESRCH; -EPERM: somebody else's; -ENODEV: no such node is up;
 * -EBUSY: not within the time, @why; -EOPNOTSUPP: it has something that can not
 * move yet, @why; or what the node has answered.
 */
int ssi_move_process(s32 pid, u32 node, u32 timeout_ms, char *why);

/* something has come by which guests may learn of another machine's work */
void ssi_heard(void);

/* Hooks, see <linux/ssi.h>. */
bool ssi_guest_syscall(struct pt_regs *regs);
bool ssi_guest_outdated(unsigned long when);
unsigned int ssi_shadow_task_state(struct task_struct *p, unsigned int index);
void ssi_shadow_task_memory(struct task_struct *p, unsigned long *size,
			    unsigned long *resident);

/* DOLMEN_IOC_WHY; ESRCH, EPERM, EINTR. Context: process context, may sleep */
int ssi_process_why(struct dolmen_why *why);

int ssi_process_init(void);	/* tracepoints */
void ssi_process_exit(void);
#endif /* _SSI_PROCESS_H */
