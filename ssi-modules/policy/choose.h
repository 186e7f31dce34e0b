/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_CHOOSE_H
#define _SSI_POLICY_CHOOSE_H
#include <linux/types.h>

/**
 * struct ssi_candidate - a machine that a program could go to
 * @node: id; SSI_HEAD: the head
 * @weight: share of new programs, 0..1000; 0: nothing goes there by choice
 * @takes_new: its CPU has nothing that the head's lacks; the head's is true
 * @busy_permille: work it has, in processes x 1000; without the process that
 *	is being placed
 */
struct ssi_candidate {
	u32 node;
	u32 weight;
	u32 busy_permille;
	bool takes_new;
};

/**
 * struct ssi_question - all that the choice of a machine depends on
 * @mode: enum dolmen_mode of the process
 * @mode_node: with DOLMEN_MODE_NODE
 * @session: it belongs to a session of the cluster
 * @spreads: the program is in the list of those that spread by themselves
 * @stays: the program is in the list of those that stay
 * @here: node it runs on, SSI_HEAD: the head
 * @pinned: it goes home or stays @here, if @here is a node
 * @turn: varies from call to call; breaks ties between nodes
 * @candidates: @count of them: the head first, then the nodes that are up
 * @count: at least 1
 */
struct ssi_question {
	u32 mode;
	u32 mode_node;
	bool session;
	bool spreads;
	bool stays;
	u32 here;
	bool pinned;
	u32 turn;
	const struct ssi_candidate *candidates;
	u32 count;
};

/**
 * struct ssi_answer - where the program goes
 * @node: id; SSI_HEAD: the head
 * @why: constant text of less than 32 bytes if it is the head, else NULL
 * @by_score: the head was chosen among others, it was not forced
 */
struct ssi_answer {
	u32 node;
	const char *why;
	bool by_score;
};

/* pure; any context */
struct ssi_answer ssi_choose(const struct ssi_question *question);
#endif /* _SSI_POLICY_CHOOSE_H */
