// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and end of the files part.
 */
#include "handle.h"
#include "homefs.h"
#include "remote.h"
#include "serve.h"

#include <ssi/files.h>

void ssi_files_peer_dead(struct ssi_peer *peer)
{
	ssi_handles_drop(peer);
	ssi_remotes_drop(peer);
}

int ssi_files_init(void)
{
	int err;

	err = ssi_handles_init();
	if (err)
		return err;
	err = ssi_serve_init();
	if (err)
		goto err_handles;
	err = ssi_remote_fs_init();
	if (err)
		goto err_serve;
	err = ssi_homefs_init();
	if (err)
		goto err_remote_fs;
	return 0;

err_remote_fs:
	ssi_remote_fs_exit();
err_serve:
	ssi_serve_exit();
err_handles:
	ssi_handles_exit();
	return err;
}

void ssi_files_exit(void)
{
	ssi_homefs_exit();
	ssi_remote_fs_exit();
	ssi_serve_exit();
	ssi_handles_exit();
}
