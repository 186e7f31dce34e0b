// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dolmen: many machines, one Linux. This file only brings the parts up and down;
 * include/ssi/wire.h is the protocol, include/ssi/peer.h who speaks it.
 *
 * The module can not be unloaded while a machine is joined: each peer and the
 * guest container hold it.
 */
#include "control/control.h"
#include "transport/transport.h"

#include <linux/module.h>
#include <linux/ssi.h>

#include <ssi/files.h>
#include <ssi/policy.h>
#include <ssi/process.h>

const char ssi_build_id[DOLMEN_BUILD_ID_LEN] __nonstring = DOLMEN_BUILD_ID;

static const struct ssi_hooks hooks = {
	.syscall	= ssi_guest_syscall,
	.open		= ssi_files_guest_open,
	.sysinfo	= ssi_view_sysinfo,
	.getaffinity	= ssi_view_getaffinity,
	.task_state	= ssi_shadow_task_state,
	.task_memory	= ssi_shadow_task_memory,
	.outdated	= ssi_guest_outdated,
};

static int __init dolmen_init(void)
{
	int err;

	err = ssi_events_init();
	if (err)
		return err;
	err = ssi_transport_init();
	if (err)
		goto err_events;
	err = ssi_policy_init();
	if (err)
		goto err_transport;
	err = ssi_files_init();
	if (err)
		goto err_policy;
	err = ssi_process_init();
	if (err)
		goto err_files;
	err = ssi_register_hooks(&hooks);
	if (err)
		goto err_process;
	err = ssi_device_init();
	if (err)
		goto err_hooks;
	pr_info("loaded, build %.*s\n", DOLMEN_BUILD_ID_LEN, ssi_build_id);
	return 0;

err_hooks:
	ssi_unregister_hooks();
err_process:
	ssi_process_exit();
err_files:
	ssi_files_exit();
err_policy:
	ssi_policy_exit_module();
err_transport:
	ssi_transport_exit();
err_events:
	ssi_events_exit();
	return err;
}

static void __exit dolmen_exit(void)
{
	ssi_device_exit();
	ssi_unregister_hooks();
	ssi_process_exit();
	ssi_files_exit();
	ssi_policy_exit_module();
	ssi_transport_exit();
	ssi_events_exit();
}

module_init(dolmen_init);
module_exit(dolmen_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Dolmen: many machines, one Linux");
MODULE_ALIAS("net-pf-16-proto-16-family-" DOLMEN_GENL_NAME);
