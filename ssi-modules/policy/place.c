// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks ssi_choose() where a program goes, with what is known of the machines.
 *
 * The work of a machine is the number of its cluster processes, which home knows
 * at every moment, plus the runnable tasks of its last heartbeat: a process that
 * sleeps counts once, one that computes twice. Choices of the last moment that
 * no count shows yet are added, so that `make -j8` does not send eight compilers
 * to one node within a heartbeat. The head is measured alike: its processes are
 * those that were kept there by this choice.
 */
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/wire.h>

#include "choose.h"
#include "lists.h"
#include "mode.h"

/* how long a choice may take to show in the number of guests */
#define RECENT_TIME	(HZ / 10)

static u32 head_weight = SSI_WEIGHT_DEFAULT;
static atomic_t turns = ATOMIC_INIT(0);

struct survey {
	struct ssi_candidate candidates[DOLMEN_MAX_NODES + 1];
	u32 count;
	u32 here;
};

/* choices of the last moment that do not show in @guests yet */
static u32 pending_choices(struct ssi_peer *peer, u32 guests)
{
	unsigned long until = READ_ONCE(peer->recent_since) +
			      ssi_time(RECENT_TIME);
	u32 recent, arrived;

	if (time_after(jiffies, until)) {
		WRITE_ONCE(peer->recent_since, jiffies);
		WRITE_ONCE(peer->recent_guests, guests);
		atomic_set(&peer->recent, 0);
		return 0;
	}
	recent = (u32)atomic_read(&peer->recent);
	arrived = guests - min(guests, READ_ONCE(peer->recent_guests));
	return recent - min(recent, arrived);
}

/* load_permille and processes x 1000, without @self that is one of them */
static u32 work(u32 processes, u32 pending, u32 load_permille, bool self)
{
	if (self && processes)
		processes--;
	processes = min(processes + pending, 1000000U);
	return processes * 1000 + min(load_permille, 1000000000U);
}

static void survey_head(struct survey *survey)
{
	struct ssi_candidate *c = &survey->candidates[survey->count++];
	struct ssi_mode mode;
	struct ssi_load load;

	ssi_load_here(&load);
	ssi_mode_get(&mode);
	c->node = SSI_HEAD;
	c->takes_new = true;
	c->weight = READ_ONCE(head_weight);
	/* none is pending: a kept process is counted at once */
	c->busy_permille = work(ssi_mode_kept(), 0, load.load_permille,
				mode.kept);
}

static int survey_node(struct ssi_peer *peer, void *arg)
{
	struct survey *survey = arg;
	struct ssi_candidate *c;
	u32 guests;

	if (!peer->is_node || survey->count == ARRAY_SIZE(survey->candidates))
		return 0;
	guests = (u32)max(atomic_read(&peer->guests), 0);
	c = &survey->candidates[survey->count++];
	c->node = peer->node;
	c->takes_new = READ_ONCE(peer->takes_new);
	c->weight = READ_ONCE(peer->weight);
	c->busy_permille = work(guests, pending_choices(peer, guests),
				READ_ONCE(peer->load_permille),
				peer->node == survey->here);
	return 0;
}

static void note_choice(const struct ssi_answer *answer, struct ssi_peer *peer,
			u32 here)
{
	/* one that stays where it is counts there already */
	if (peer && peer->node != here)
		atomic_inc(&peer->recent);
	ssi_mode_keep(answer->by_score && here == SSI_HEAD);
}

struct ssi_peer *ssi_policy_place(const char *name, u32 here, bool pinned,
				  const char **why)
{
	struct ssi_peer *peer = NULL;
	struct ssi_question question;
	struct ssi_answer answer;
	struct survey *survey;
	struct ssi_mode mode;

	*why = "no memory";
	survey = kmalloc(sizeof(*survey), GFP_KERNEL);
	if (!survey)
		return NULL;
	survey->count = 0;
	survey->here = here;
	survey_head(survey);
	ssi_peer_for_each(survey_node, survey);

	ssi_mode_get(&mode);
	question = (struct ssi_question){
		.mode = mode.mode,
		.mode_node = mode.node,
		.session = ssi_lists_session(),
		.spreads = ssi_lists_spread(name),
		.stays = ssi_lists_stay(name),
		.here = here,
		.pinned = pinned,
		.turn = (u32)atomic_inc_return(&turns),
		.candidates = survey->candidates,
		.count = survey->count,
	};
	answer = ssi_choose(&question);
	kfree(survey);

	*why = answer.why;
	if (answer.node != SSI_HEAD) {
		peer = ssi_peer_node(answer.node);
		if (!peer)
			*why = "its node has just died";
	}
	note_choice(&answer, peer, here);
	return peer;
}

bool ssi_policy_in_cluster(void)
{
	struct ssi_mode mode;

	ssi_mode_get(&mode);
	switch (mode.mode) {
	case DOLMEN_MODE_LOCAL:
		return false;
	case DOLMEN_MODE_DEFAULT:
		return ssi_lists_session();
	}
	return true;
}

bool ssi_policy_may_place(void)
{
	if (!ssi_peer_any_node())
		return false;
	/* containers have their own pids: home could not name their processes */
	if ((current->flags & (PF_KTHREAD | PF_USER_WORKER)) ||
	    is_global_init(current) ||
	    task_active_pid_ns(current) != &init_pid_ns)
		return false;
	return ssi_policy_in_cluster();
}

int ssi_policy_set_mode(u32 mode, u32 node)
{
	struct ssi_peer *peer;

	if (mode > DOLMEN_MODE_NODE || (mode != DOLMEN_MODE_NODE && node) ||
	    node > DOLMEN_MAX_NODES)
		return -EINVAL;
	if (node != SSI_HEAD) {
		peer = ssi_peer_node(node);
		if (!peer)
			return -ENODEV;
		ssi_peer_put(peer);
	}
	return ssi_mode_set(mode, node);
}

int ssi_policy_set_weight(u32 node, u32 weight)
{
	struct ssi_peer *peer;

	if (weight > 1000)
		return -EINVAL;
	if (node == SSI_HEAD) {
		WRITE_ONCE(head_weight, weight);
		return 0;
	}
	peer = ssi_peer_node(node);
	if (!peer)
		return -ENODEV;
	WRITE_ONCE(peer->weight, weight);
	ssi_peer_put(peer);
	return 0;
}

u32 ssi_policy_head_weight(void)
{
	return READ_ONCE(head_weight);
}
