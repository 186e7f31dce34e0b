// SPDX-License-Identifier: GPL-2.0-only
/*
 * The choice of a machine for a program, as a pure function.
 *
 * First come the rules: modes, lists, what binds the program to a machine. What
 * they leave open is decided by score: the machine that has the least work per
 * weight once the newcomer is counted in. With all machines idle this is a
 * weighted round robin, because each choice counts as work at once.
 *
 * Under "spread" the head is not among those that are compared: who asks for it
 * wants the nodes to work, and the head has the shadows and the files to serve.
 */
#include <ssi/wire.h>
#include <uapi/dolmen.h>

#include "choose.h"

#define PROCESS_PERMILLE	1000	/* the work of one process */

static struct ssi_answer to_head(const char *why)
{
	return (struct ssi_answer){ .node = SSI_HEAD, .why = why };
}

static struct ssi_answer to_node(u32 node)
{
	return (struct ssi_answer){ .node = node };
}

static const struct ssi_candidate *find(const struct ssi_question *q, u32 node)
{
	u32 i;

	for (i = 0; i < q->count; i++)
		if (q->candidates[i].node == node)
			return &q->candidates[i];
	return NULL;
}

static const char *cannot_begin(const struct ssi_question *q, u32 node)
{
	const struct ssi_candidate *c = find(q, node);

	if (!c)
		return "its node is not up";
	return c->takes_new ? NULL : "its node has another CPU";
}

/* a text: the program belongs on the head by a rule; NULL: it may be placed */
static const char *stays_home(const struct ssi_question *q)
{
	switch (q->mode) {
	case DOLMEN_MODE_LOCAL:
		return "mode local";
	case DOLMEN_MODE_NODE:
		if (q->mode_node == SSI_HEAD)
			return "mode head";
		return cannot_begin(q, q->mode_node);
	case DOLMEN_MODE_SPREAD:
		return q->stays ? "in the stay list" : NULL;
	case DOLMEN_MODE_DEFAULT:
		if (!q->session)
			return "not in a session";
		return q->spreads ? NULL : "not in the spread list";
	}
	return "unknown mode";
}

/* a has less work per weight than b, the newcomer counted in with both */
static bool is_better(const struct ssi_candidate *a, u32 a_more,
		      const struct ssi_candidate *b)
{
	u64 busy_a = (u64)a->busy_permille + PROCESS_PERMILLE + a_more;
	u64 busy_b = (u64)b->busy_permille + PROCESS_PERMILLE;

	return busy_a * b->weight < busy_b * a->weight;
}

static const struct ssi_candidate *best_node(const struct ssi_question *q)
{
	const struct ssi_candidate *best = NULL;
	u32 nodes = q->count - 1, i;

	for (i = 0; i < nodes; i++) {
		const struct ssi_candidate *c;

		c = &q->candidates[1 + (q->turn + i) % nodes];
		if (c->weight && c->takes_new && (!best || is_better(c, 0, best)))
			best = c;
	}
	return best;
}

static struct ssi_answer by_score(const struct ssi_question *q)
{
	const struct ssi_candidate *head = &q->candidates[0];
	const struct ssi_candidate *here = find(q, q->here);
	const struct ssi_candidate *best = best_node(q);
	struct ssi_answer answer;

	if (!best)
		return to_head("no node takes programs");
	if (q->mode != DOLMEN_MODE_SPREAD && head->weight &&
	    is_better(head, 0, best))
		best = head;
	/* a guest's move costs more than a stay: it must gain a whole process */
	if (q->here != SSI_HEAD && here && here->weight && here->takes_new &&
	    !is_better(best, PROCESS_PERMILLE, here))
		best = here;
	if (best->node != SSI_HEAD)
		return to_node(best->node);
	answer = to_head("the head is the least busy");
	answer.by_score = true;
	return answer;
}

struct ssi_answer ssi_choose(const struct ssi_question *q)
{
	const char *why;

	if (q->count < 2)
		return to_head("no node is up");
	why = stays_home(q);
	if (why)
		return to_head(why);
	if (q->pinned && q->here != SSI_HEAD) {
		why = cannot_begin(q, q->here);
		return why ? to_head(why) : to_node(q->here);
	}
	if (q->mode == DOLMEN_MODE_NODE)
		return to_node(q->mode_node);
	return by_score(q);
}
