/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_MESSAGE_H
#define _SSI_MESSAGE_H
/*
 * A message in memory, the writer that fills one and the cursor that reads one.
 *
 * Writer and cursor have a sticky error: after the first failure all further
 * calls do nothing (reads give 0), so that a caller checks once, at the end.
 */
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct ssi_message {
	struct list_head list;	/* owner: the queue it is in */
	refcount_t refs;
	u16 type;
	s32 status;
	u32 home;
	s32 pid;
	u64 incarnation;
	u64 request;
	u32 length;		/* bytes of @data in use */
	u32 room;		/* bytes allocated */
	u8 *data;		/* kvmalloc'ed */
};

/**
 * ssi_message_new - an empty message
 * @type: enum ssi_type
 * @room: bytes to start with; the writer grows it
 * @gfp: GFP_KERNEL or GFP_ATOMIC
 *
 * Return: the message with one reference, or NULL.
 */
struct ssi_message *ssi_message_new(u16 type, u32 room, gfp_t gfp);
void ssi_message_get(struct ssi_message *msg);
void ssi_message_put(struct ssi_message *msg);	/* NULL is fine */

struct ssi_writer {
	struct ssi_message *msg;
	gfp_t gfp;
	int error;		/* 0, -ENOMEM or -EMSGSIZE; sticky */
};

void ssi_writer_init(struct ssi_writer *w, struct ssi_message *msg, gfp_t gfp);
void ssi_put_u8(struct ssi_writer *w, u8 value);
void ssi_put_u32(struct ssi_writer *w, u32 value);
void ssi_put_u64(struct ssi_writer *w, u64 value);
void ssi_put_bytes(struct ssi_writer *w, const void *data, u32 bytes);
/* u32 length and the bytes */
void ssi_put_blob(struct ssi_writer *w, const void *data, u32 bytes);
/* as a blob, without the NUL */
void ssi_put_string(struct ssi_writer *w, const char *text);
/* room for @bytes to be filled by the caller; NULL after an error */
void *ssi_put_space(struct ssi_writer *w, u32 bytes);
/* overwrite a u32 written before at byte @offset (of msg->data) */
void ssi_patch_u32(struct ssi_writer *w, u32 offset, u32 value);

struct ssi_cursor {
	const u8 *at;
	u32 left;
	int error;		/* 0 or -EBADMSG; sticky */
};

void ssi_cursor_init(struct ssi_cursor *c, const struct ssi_message *msg);
u8 ssi_get_u8(struct ssi_cursor *c);
u32 ssi_get_u32(struct ssi_cursor *c);
u64 ssi_get_u64(struct ssi_cursor *c);
/* copies exactly @bytes; zeroes @data on error */
void ssi_get_bytes(struct ssi_cursor *c, void *data, u32 bytes);
/* points into the message; NULL on error */
const void *ssi_get_view(struct ssi_cursor *c, u32 bytes);
/* a blob of at most @max bytes: view and its length; NULL on error */
const void *ssi_get_blob(struct ssi_cursor *c, u32 max, u32 *bytes);
/* a blob of at most @size - 1 bytes without NUL inside; NUL-terminated copy */
void ssi_get_string(struct ssi_cursor *c, char *text, u32 size);
/* a u32 that must not exceed @max */
u32 ssi_get_count(struct ssi_cursor *c, u32 max);
/* 0 if all was read without an error and nothing is left, else -EBADMSG */
int ssi_cursor_end(const struct ssi_cursor *c);
/* make the cursor fail: a value it gave is out of range */
void ssi_cursor_fail(struct ssi_cursor *c);
#endif /* _SSI_MESSAGE_H */
