/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dolmen

#if !defined(_SSI_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SSI_TRACE_H

#include <linux/tracepoint.h>

#include <ssi/message.h>
#include <ssi/peer.h>

/* numbers: user land can not resolve an enum of a module by itself */
TRACE_DEFINE_ENUM(SSI_PEER_GREETING);
TRACE_DEFINE_ENUM(SSI_PEER_UP);
TRACE_DEFINE_ENUM(SSI_PEER_DEAD);

#define show_peer_state(state)					\
	__print_symbolic(state,					\
			 { SSI_PEER_GREETING, "GREETING" },	\
			 { SSI_PEER_UP, "UP" },			\
			 { SSI_PEER_DEAD, "DEAD" })

TRACE_EVENT(ssi_peer_state,
	    TP_PROTO(const struct ssi_peer *peer, enum ssi_peer_state to,
		     const char *why),
	    TP_ARGS(peer, to, why),
	    TP_STRUCT__entry(__field(u32, node)
			     __field(bool, is_node)
			     __field(int, from)
			     __field(int, to)
			     __string(why, why)),
	    TP_fast_assign(__entry->node = peer->node;
			   __entry->is_node = peer->is_node;
			   __entry->from = peer->state;
			   __entry->to = to;
			   __assign_str(why);),
	    TP_printk("node=%u seen_by=%s %s -> %s: %s", __entry->node,
		      __entry->is_node ? "head" : "node",
		      show_peer_state(__entry->from),
		      show_peer_state(__entry->to), __get_str(why))
);

DECLARE_EVENT_CLASS(ssi_message,
		    TP_PROTO(const struct ssi_peer *peer,
			     const struct ssi_message *msg),
		    TP_ARGS(peer, msg),
		    TP_STRUCT__entry(__field(u32, node)
				     __field(bool, is_node)
				     __string(type, ssi_type_name(msg->type))
				     __field(s32, status)
				     __field(s32, pid)
				     __field(u32, length)
				     __field(u64, incarnation)
				     __field(u64, request)),
		    TP_fast_assign(__entry->node = peer->node;
				   __entry->is_node = peer->is_node;
				   __assign_str(type);
				   __entry->status = msg->status;
				   __entry->pid = msg->pid;
				   __entry->length = msg->length;
				   __entry->incarnation = msg->incarnation;
				   __entry->request = msg->request;),
		    TP_printk("node=%u seen_by=%s %s pid=%d/%llu request=%llu status=%d length=%u",
			      __entry->node, __entry->is_node ? "head" : "node",
			      __get_str(type), __entry->pid,
			      __entry->incarnation, __entry->request,
			      __entry->status, __entry->length)
);

DEFINE_EVENT(ssi_message, ssi_message_sent,
	     TP_PROTO(const struct ssi_peer *peer, const struct ssi_message *msg),
	     TP_ARGS(peer, msg));

DEFINE_EVENT(ssi_message, ssi_message_received,
	     TP_PROTO(const struct ssi_peer *peer, const struct ssi_message *msg),
	     TP_ARGS(peer, msg));

DEFINE_EVENT(ssi_message, ssi_message_refused,
	     TP_PROTO(const struct ssi_peer *peer, const struct ssi_message *msg),
	     TP_ARGS(peer, msg));

#endif /* _SSI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH transport
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
