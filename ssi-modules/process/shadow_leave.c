// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest comes home. Either with its whole image, to repeat a system call here,
 * or (after an exec whose program does not stay there) with its descriptors only,
 * because the fresh image is here already.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "move.h"
#include "shadow.h"
#include "syscall_table.h"

/* It can not be done: the process ends here as killed, and there too. */
static void fail(struct ssi_shadow *s, struct ssi_message *msg, const char *what, int error)
{
	ssi_event(DOLMEN_EVENT_PROCESS_KILLED, s->peer->node, s->pid,
		  "coming home: %s failed (%d)", what, error);
	send_sig(SIGKILL, current, 1);
}

/* The move that it came for, if that is why. */
static struct ssi_move *arrived(struct ssi_shadow *s, struct ssi_message *msg, int call)
{
	struct ssi_move *move = s->move;

	s->move = NULL;
	ssi_reply_status(s->peer, msg, SSI_LEFT, 0);
	ssi_shadow_change(s, DOLMEN_PROCESS_HOME);
	atomic64_inc(&s->peer->went_home);
	ssi_decided(DOLMEN_COUNTER_WENT_HOME, s->peer->node, ssi_call_name(call));
	s->serving = NULL;	/* the loop puts it; s may end here */
	ssi_shadow_unpark(s);
	return move;
}

void ssi_shadow_discard_leave(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_image_signals *signals;
	struct ssi_image_timer timer;
	struct ssi_usage usage;
	struct ssi_cursor c;
	bool has_image;

	ssi_cursor_init(&c, msg);
	has_image = ssi_get_count(&c, 1);
	ssi_get_u32(&c);
	ssi_get_usage(&c, &usage);
	if (c.error)
		return;
	if (has_image) {
		ssi_image_discard(msg, &c, s->peer);
		return;
	}
	ssi_decode_timer(&c, &timer);
	signals = kzalloc(sizeof(*signals), GFP_KERNEL);
	if (signals && !ssi_decode_signals(&c, signals))
		ssi_files_discard(&c, s->peer);
	if (signals)
		ssi_release_signals(signals);
	kfree(signals);
}

static bool leave_with_image(struct ssi_shadow *s, struct ssi_message *msg,
			     struct ssi_cursor *c, int call)
{
	struct ssi_image *image = ssi_image_decode(msg, c, s->peer);
	int ret;

	if (IS_ERR(image)) {
		fail(s, msg, "reading the image", PTR_ERR(image));
		return true;
	}
	ret = ssi_image_install(image, true);
	if (!ret)
		ret = ssi_image_install_registers(image);
	if (!ret)
		ssi_shadow_bring_signals(s, &image->signals);
	ssi_image_free(image);
	if (ret) {
		fail(s, msg, "building the memory", ret);
		return true;
	}
	ssi_move_on(arrived(s, msg, call));
	return false;
}

static bool leave_with_files(struct ssi_shadow *s, struct ssi_message *msg,
			     struct ssi_cursor *c, int call)
{
	struct ssi_image_signals *signals = kzalloc(sizeof(*signals), GFP_KERNEL);
	struct ssi_image_timer timer;
	struct ssi_move *move;
	struct ssi_files *files;
	bool pinned = s->pinned;
	u32 here = s->peer->node;
	int ret;

	ssi_decode_timer(c, &timer);
	ret = signals ? ssi_decode_signals(c, signals) : -ENOMEM;
	if (!ret) {
		files = ssi_files_decode(c, s->peer);
		ret = IS_ERR(files) ? PTR_ERR(files) : ssi_files_install(files);
	}
	if (!ret) {
		ssi_shadow_bring_signals(s, signals);
		ssi_install_timer(&timer);
	}
	if (signals)
		ssi_release_signals(signals);
	kfree(signals);
	if (ret) {
		fail(s, msg, "taking the descriptors", ret);
		return true;
	}
	move = arrived(s, msg, call);
	ssi_place_current(here, pinned);
	/* whoever wants to move it finds another program, and where it is now */
	ssi_move_end(move, -EAGAIN, "it executes a program");
	return false;
}

bool ssi_shadow_leave(struct ssi_shadow *s, struct ssi_message *msg)
{
	struct ssi_usage usage;
	struct ssi_cursor c;
	bool has_image;
	int call;

	ssi_cursor_init(&c, msg);
	has_image = ssi_get_count(&c, 1);
	call = ssi_get_u32(&c);
	ssi_get_usage(&c, &usage);
	if (c.error || has_image == s->fresh) {
		ssi_peer_drop(s->peer, "malformed LEAVE");
		return true;
	}
	ssi_shadow_change(s, DOLMEN_PROCESS_RETURNING);
	ssi_shadow_charge(s, &usage);
	ssi_usage_told(&usage);
	if (has_image)
		return leave_with_image(s, msg, &c, call);
	return leave_with_files(s, msg, &c, call);
}
