/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dolmen_process

#if !defined(_SSI_PROCESS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SSI_PROCESS_TRACE_H

#include <linux/tracepoint.h>

#include <uapi/dolmen.h>

#define guest_states				\
	{ SSI_GUEST_ARRIVING, "arriving" },	\
	{ SSI_GUEST_RUNNING, "running" },	\
	{ SSI_GUEST_LEAVING, "leaving" },	\
	{ SSI_GUEST_GONE, "gone" }

#define shadow_states				\
	{ DOLMEN_PROCESS_HOME, "home" },	\
	{ DOLMEN_PROCESS_PLACING, "placing" },	\
	{ DOLMEN_PROCESS_AWAY, "away" },	\
	{ DOLMEN_PROCESS_RETURNING, "returning" }, \
	{ DOLMEN_PROCESS_EXITING, "exiting" },	\
	{ DOLMEN_PROCESS_DEAD, "dead" }

#define print_states(states)								\
	TP_printk("pid=%d incarnation=%llu %s -> %s", __entry->pid, __entry->incarnation,	\
		  __print_symbolic(__entry->from, states),				\
		  __print_symbolic(__entry->to, states))

DECLARE_EVENT_CLASS(ssi_process_state,
	TP_PROTO(s32 pid, u64 incarnation, int from, int to),
	TP_ARGS(pid, incarnation, from, to),
	TP_STRUCT__entry(
		__field(s32, pid)
		__field(u64, incarnation)
		__field(int, from)
		__field(int, to)
	),
	TP_fast_assign(
		__entry->pid = pid;
		__entry->incarnation = incarnation;
		__entry->from = from;
		__entry->to = to;
	),
	print_states(guest_states)
);

/* A guest changes its state */
DEFINE_EVENT(ssi_process_state, ssi_guest_state,
	TP_PROTO(s32 pid, u64 incarnation, int from, int to),
	TP_ARGS(pid, incarnation, from, to)
);

/* A shadow changes its state */
DEFINE_EVENT_PRINT(ssi_process_state, ssi_shadow_state,
	TP_PROTO(s32 pid, u64 incarnation, int from, int to),
	TP_ARGS(pid, incarnation, from, to),
	print_states(shadow_states)
);

#endif /* _SSI_PROCESS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE process_trace
#include <trace/define_trace.h>
