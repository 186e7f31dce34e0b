// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writer and cursor: the only ways into and out of a message's payload. Numbers
 * are little-endian and unaligned. Pure: tests/ compiles it for user space.
 */
#include <ssi/message.h>
#include <ssi/wire.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "message_grow.h"

void ssi_writer_init(struct ssi_writer *w, struct ssi_message *msg, gfp_t gfp)
{
	w->msg = msg;
	w->gfp = gfp;
	w->error = msg ? 0 : -ENOMEM;
}

void *ssi_put_space(struct ssi_writer *w, u32 bytes)
{
	struct ssi_message *msg = w->msg;
	u32 length;
	void *at;

	if (w->error)
		return NULL;
	if (check_add_overflow(msg->length, bytes, &length) ||
	    length > SSI_PAYLOAD_MAX) {
		w->error = -EMSGSIZE;
		return NULL;
	}
	if (length > msg->room || !msg->data)
		w->error = ssi_message_grow(msg, length, w->gfp);
	if (w->error)
		return NULL;
	at = msg->data + msg->length;
	msg->length = length;
	return at;
}

void ssi_put_u8(struct ssi_writer *w, u8 value)
{
	ssi_put_bytes(w, &value, sizeof(value));
}

void ssi_put_u32(struct ssi_writer *w, u32 value)
{
	__le32 wire = cpu_to_le32(value);

	ssi_put_bytes(w, &wire, sizeof(wire));
}

void ssi_put_u64(struct ssi_writer *w, u64 value)
{
	__le64 wire = cpu_to_le64(value);

	ssi_put_bytes(w, &wire, sizeof(wire));
}

void ssi_put_bytes(struct ssi_writer *w, const void *data, u32 bytes)
{
	void *at = ssi_put_space(w, bytes);

	if (at && bytes)
		memcpy(at, data, bytes);
}

void ssi_put_blob(struct ssi_writer *w, const void *data, u32 bytes)
{
	ssi_put_u32(w, bytes);
	ssi_put_bytes(w, data, bytes);
}

void ssi_put_string(struct ssi_writer *w, const char *text)
{
	ssi_put_blob(w, text, strlen(text));
}

void ssi_patch_u32(struct ssi_writer *w, u32 offset, u32 value)
{
	if (w->error)
		return;
	if (WARN_ON_ONCE(w->msg->length < sizeof(u32) ||
			 offset > w->msg->length - sizeof(u32))) {
		w->error = -EMSGSIZE;
		return;
	}
	put_unaligned_le32(value, w->msg->data + offset);
}

void ssi_cursor_init(struct ssi_cursor *c, const struct ssi_message *msg)
{
	c->at = msg->data;
	c->left = msg->length;
	c->error = 0;
}

void ssi_cursor_fail(struct ssi_cursor *c)
{
	c->error = -EBADMSG;
}

const void *ssi_get_view(struct ssi_cursor *c, u32 bytes)
{
	const u8 *at = c->at;

	if (c->error)
		return NULL;
	if (bytes > c->left) {
		ssi_cursor_fail(c);
		return NULL;
	}
	c->at += bytes;
	c->left -= bytes;
	/* an empty view of an empty message is no error */
	return at ?: (const u8 *)"";
}

u8 ssi_get_u8(struct ssi_cursor *c)
{
	const u8 *at = ssi_get_view(c, sizeof(u8));

	return at ? *at : 0;
}

u32 ssi_get_u32(struct ssi_cursor *c)
{
	const void *at = ssi_get_view(c, sizeof(u32));

	return at ? get_unaligned_le32(at) : 0;
}

u64 ssi_get_u64(struct ssi_cursor *c)
{
	const void *at = ssi_get_view(c, sizeof(u64));

	return at ? get_unaligned_le64(at) : 0;
}

void ssi_get_bytes(struct ssi_cursor *c, void *data, u32 bytes)
{
	const void *at = ssi_get_view(c, bytes);

	if (at)
		memcpy(data, at, bytes);
	else
		memset(data, 0, bytes);
}

u32 ssi_get_count(struct ssi_cursor *c, u32 max)
{
	u32 count = ssi_get_u32(c);

	if (count <= max)
		return count;
	ssi_cursor_fail(c);
	return 0;
}

const void *ssi_get_blob(struct ssi_cursor *c, u32 max, u32 *bytes)
{
	u32 count = ssi_get_count(c, max);
	const void *at = ssi_get_view(c, count);

	*bytes = at ? count : 0;
	return at;
}

void ssi_get_string(struct ssi_cursor *c, char *text, u32 size)
{
	u32 bytes;
	const char *at = ssi_get_blob(c, size - 1, &bytes);

	if (at && memchr(at, '\0', bytes)) {
		ssi_cursor_fail(c);
		at = NULL;
	}
	if (at)
		memcpy(text, at, bytes);
	text[at ? bytes : 0] = '\0';
}

int ssi_cursor_end(const struct ssi_cursor *c)
{
	return c->error || c->left ? -EBADMSG : 0;
}
