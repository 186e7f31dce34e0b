// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads files of /proc that bind mounts cover.
 *
 * A private kernel mount of procfs, in no mount namespace, is never covered by
 * anything and is there as long as the module is. (A path kept from before the
 * bind mounts would depend on who mounted what when the module was loaded.)
 * Files are opened with the kernel's credentials: they are readable by all, and
 * a security module that judges by path could not name this one.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init_task.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/sizes.h>

#include "native.h"

static struct vfsmount *native_proc;
static const struct cred *native_cred;

/* at most @room - 1 bytes and a NUL; -E2BIG: there is more */
static ssize_t read_all(struct file *file, char *text, size_t room)
{
	size_t bytes = 0;
	loff_t pos = 0;
	ssize_t got;

	do {
		got = kernel_read(file, text + bytes, room - bytes, &pos);
		if (got < 0)
			return got;
		bytes += got;
		if (bytes == room)
			return -E2BIG;
	} while (got);
	text[bytes] = '\0';
	return bytes;
}

static char *read_file(struct file *file, size_t *bytes)
{
	size_t room = SZ_8K;

	for (; room <= SZ_16M; room *= 4) {
		char *text = kvmalloc(room, GFP_KERNEL);
		ssize_t got;

		if (!text)
			return ERR_PTR(-ENOMEM);
		got = read_all(file, text, room);
		if (got >= 0) {
			*bytes = got;
			return text;
		}
		kvfree(text);
		if (got != -E2BIG)
			return ERR_PTR(got);
	}
	return ERR_PTR(-E2BIG);
}

char *ssi_native_read(const char *name, size_t *bytes)
{
	const struct cred *old = override_creds(native_cred);
	struct file *file = file_open_root_mnt(native_proc, name, O_RDONLY, 0);
	char *text = ERR_CAST(file);

	if (!IS_ERR(file)) {
		text = read_file(file, bytes);
		fput(file);
	}
	revert_creds(old);
	return text;
}

int ssi_native_init(void)
{
	struct file_system_type *type = get_fs_type("proc");

	if (!type)
		return -ENODEV;
	native_cred = prepare_kernel_cred(&init_task);
	if (!native_cred)
		return -ENOMEM;
	native_proc = kern_mount(type);
	if (IS_ERR(native_proc)) {
		put_cred(native_cred);
		return PTR_ERR(native_proc);
	}
	return 0;
}

void ssi_native_exit(void)
{
	kern_unmount(native_proc);
	put_cred(native_cred);
}
