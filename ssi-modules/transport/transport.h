/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_TRANSPORT_H
#define _SSI_TRANSPORT_H
/*
 * Between the files of transport/ and control/ only; all others see
 * <ssi/message.h> and <ssi/peer.h>.
 */
#include <linux/types.h>

#include <ssi/peer.h>
#include <ssi/wire.h>

struct dolmen_link;
struct ssi_connection;
struct ssi_message;
struct ssi_wire_header;
struct workqueue_struct;

/* text of both ends' build, DOLMEN_BUILD_ID_LEN zero-padded */
extern const char ssi_build_id[DOLMEN_BUILD_ID_LEN];
extern struct workqueue_struct *ssi_transport_queue;

/* message.c */
u64 ssi_message_count(void);
void ssi_message_flush(void);		/* wait for late frees */

/* request.c */
u64 ssi_request_count(void);
/* a reply has come; consumes nothing. -EPROTO: it answers something else */
int ssi_request_complete(struct ssi_peer *peer, struct ssi_message *msg);
void ssi_request_fail_all(struct ssi_peer *peer, int error); /* peer->lock */

/* connection.c */
struct ssi_connection *ssi_connection_new(struct ssi_peer *peer,
					  enum ssi_channel channel, int fd);
int ssi_connection_start(struct ssi_connection *conn);
/* nothing is queued any more; any context */
void ssi_connection_close(struct ssi_connection *conn);
/* end both threads, free what is queued, let go of the socket; may sleep */
void ssi_connection_stop(struct ssi_connection *conn);
void ssi_connection_free(struct ssi_connection *conn);	/* NULL is fine */
/* consumes @msg */
int ssi_connection_queue(struct ssi_connection *conn, struct ssi_message *msg);

/* dispatch.c */
/* NULL, or what is wrong with a header (after which the stream is useless) */
const char *ssi_dispatch_check(const struct ssi_peer *peer,
			       enum ssi_channel channel,
			       const struct ssi_wire_header *header);
/* consumes @msg. An error ends the connection */
int ssi_dispatch(struct ssi_peer *peer, enum ssi_channel channel,
		 struct ssi_message *msg);

/* type_name.c */
const char *ssi_type_name(u16 type);

/* peer.c */
/* the other end greeted rightly on @channel; true: the peer came UP by it */
bool ssi_peer_greeted(struct ssi_peer *peer, enum ssi_channel channel);
/* as ssi_peer_drop(); @error is what a waiting DOLMEN_IOC_ADD_NODE returns */
void ssi_peer_fail(struct ssi_peer *peer, int error, const char *why);
/* DOLMEN_IOC_ADD_NODE (@is_node) and _JOIN: 0 or the errors there */
int ssi_peer_link(const struct dolmen_link *link, bool is_node);
/* drop a peer and wait until nothing is left of it; -ENODEV, -EINTR (killed) */
int ssi_peer_unlink(u32 node, bool is_node);
/* all peers of any state, up to @room, with references */
unsigned int ssi_peer_all(struct ssi_peer **peers, unsigned int room);
#define SSI_PEERS_MAX	(DOLMEN_MAX_NODES + 1)	/* solo: its own head too */

/* membership.c */
int ssi_membership_hello(struct ssi_peer *peer, enum ssi_channel channel,
			 struct ssi_message *msg);
int ssi_membership_heartbeat(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_membership_greet(struct ssi_peer *peer);	/* send both HELLOs */
void ssi_membership_init(void);
void ssi_membership_exit(void);
/* DOLMEN_IOC_HEAD: -EBUSY */
int ssi_membership_become_head(u64 epoch, u32 timeout_percent);
u64 ssi_membership_epoch(void);		/* of this head; 0: it is none */
/* DOLMEN_IOC_JOIN: times as the head has them */
void ssi_membership_set_timeout(u32 percent);

/* load.c */
struct ssi_cursor;
struct ssi_writer;
void ssi_load_sample(void);	/* every heartbeat, by one thread */
void ssi_load_encode(struct ssi_writer *w, const struct ssi_load *load);
void ssi_load_decode(struct ssi_cursor *c, struct ssi_load *load);
#endif /* _SSI_TRANSPORT_H */
