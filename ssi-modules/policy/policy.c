// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and end of the policy and of the cluster's view.
 */
#include <ssi/policy.h>

#include "../view/view.h"
#include "counters.h"
#include "lists.h"
#include "mode.h"

int ssi_policy_init(void)
{
	int ret = ssi_counters_init();

	if (ret)
		return ret;
	ret = ssi_view_init();
	if (ret)
		ssi_counters_exit();
	return ret;
}

void ssi_policy_exit_module(void)
{
	ssi_view_exit();
	ssi_lists_clear();
	ssi_mode_clear();
	ssi_counters_exit();
}
