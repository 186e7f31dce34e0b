// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the parts of an image together, see image.h.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/sched/coredump.h>
#include <linux/slab.h>
#include <linux/ssi.h>

#include <ssi/files.h>
#include <ssi/peer.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "image.h"

int ssi_image_capture(struct ssi_writer *w, struct ssi_peer *peer, u32 flags,
		      struct ssi_capture *capture)
{
	u32 at;
	int ret;

	memset(capture, 0, sizeof(*capture));
	ssi_put_u32(w, flags);
	at = w->msg->length;
	ssi_put_u32(w, 0);
	ssi_capture_task(w, capture);
	ret = ssi_capture_registers(w);
	if (ret)
		return ret;
	ssi_capture_resumption(w, flags);
	ssi_capture_credentials(w);
	/* an exec that stays on its node leaves what is pending at home to be forwarded */
	ret = ssi_capture_signals(w, ssi_is_guest() || flags & SSI_IMAGE_FILES, capture);
	if (ret)
		return ret;
	ret = ssi_capture_memory(w, capture);
	if (ret)
		return ret;
	/* from here on handles are given away */
	if (w->error || !(flags & SSI_IMAGE_FILES))
		return w->error;
	ssi_patch_u32(w, at, w->msg->length);
	return ssi_files_encode(w, peer, 0);
}

static int decode(struct ssi_image *image, struct ssi_cursor *c)
{
	int ret;

	image->flags = ssi_get_u32(c);
	if (image->flags & ~SSI_IMAGE_FLAGS)
		return -EBADMSG;
	image->table = ssi_get_u32(c);
	ssi_decode_task(c, &image->task);
	ssi_decode_registers(c, &image->registers);
	ssi_decode_resumption(c, image->flags, &image->resumption);
	image->cred = ssi_decode_credentials(c);
	if (IS_ERR(image->cred))
		return PTR_ERR(image->cred);
	ret = ssi_decode_signals(c, &image->signals);
	if (ret)
		return ret;
	ret = ssi_decode_memory(c, &image->memory);
	if (ret)
		return ret;
	if (image->flags & SSI_IMAGE_FILES) {
		image->files = ssi_files_decode(c, image->peer);
		if (IS_ERR(image->files))
			return PTR_ERR(image->files);
	}
	return ssi_cursor_end(c);
}

static void discard_files(struct ssi_message *msg, u32 flags, u32 table, struct ssi_peer *peer)
{
	struct ssi_cursor c;

	ssi_cursor_init(&c, msg);
	if (flags & SSI_IMAGE_FILES && ssi_get_view(&c, table))
		ssi_files_discard(&c, peer);
}

void ssi_image_discard(struct ssi_message *msg, struct ssi_cursor *c, struct ssi_peer *peer)
{
	u32 flags = ssi_get_u32(c);
	u32 table = ssi_get_u32(c);

	if (!c->error)
		discard_files(msg, flags, table, peer);
}

struct ssi_image *ssi_image_decode(struct ssi_message *msg, struct ssi_cursor *c,
				   struct ssi_peer *peer)
{
	struct ssi_image *image = kvzalloc(sizeof(*image), GFP_KERNEL);
	int ret;

	if (!image)
		return ERR_PTR(-ENOMEM);
	ssi_message_get(msg);
	image->msg = msg;
	ssi_peer_get(peer);
	image->peer = peer;
	ret = decode(image, c);
	if (ret) {
		/* the table takes or gives back what is in it, once it is reached */
		if (!image->files)
			discard_files(msg, image->flags, image->table, peer);
		ssi_image_free(image);
		return ERR_PTR(ret);
	}
	return image;
}

void ssi_image_free(struct ssi_image *image)
{
	if (!image)
		return;
	if (!IS_ERR_OR_NULL(image->files))
		ssi_files_free(image->files);
	ssi_release_memory(&image->memory);
	ssi_release_signals(&image->signals);
	if (!IS_ERR_OR_NULL(image->cred))
		abort_creds(image->cred);
	ssi_peer_put(image->peer);
	ssi_message_put(image->msg);
	kvfree(image);
}

int ssi_image_install(struct ssi_image *image, bool keep_identity)
{
	unsigned long limit;
	int ret;

	/* first: they bound the mappings */
	ssi_install_limits(&image->task);
	ret = ssi_install_memory(image);
	if (ret)
		return ret;
	if (image->flags & SSI_IMAGE_FRESH) {
		ret = ssi_auxv_correct(image);
		if (ret)
			return ret;
	}
	if (image->files) {
		ret = ssi_files_install(image->files);
		image->files = NULL;
		if (ret)
			return ret;
	}
	ssi_install_task(&image->task, keep_identity);
	ssi_install_signals(&image->signals);
	/* may send one at once. In an exec that stays, the timer goes on by itself */
	if (image->flags & SSI_IMAGE_FILES)
		ssi_install_timer(&image->task.timer);
	if (!keep_identity) {
		/* an exec that stays has it all */
		if (image->flags & SSI_IMAGE_FILES)
			ssi_install_usage(&image->task.usage, &image->task.children);
		limit = ssi_unlimit_pending();
		spin_lock_irq(&ssi_own_sighand()->siglock);
		ret = ssi_install_pending(&image->signals);
		spin_unlock_irq(&ssi_own_sighand()->siglock);
		ssi_limit_pending(limit);
		if (ret)
			return ret;
		/* last: root of the kernel made the mappings and opened the files */
		commit_creds(image->cred);
		image->cred = NULL;
		/* it takes a change of user for a set-user-id program */
		current->mm->flags = (current->mm->flags & ~MMF_INIT_MASK) |
				     (image->memory.flags & MMF_INIT_MASK);
	}
	return 0;
}
