// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pseudo file system in which remote files have their inodes: type and mode
 * are the owner's, so that fstat() and opens through /proc/self/fd see what is
 * there. What needs more than the description sends a guest home.
 */
#include "payload.h"
#include "remote.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/wire.h>

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/module.h>
#include <linux/statfs.h>

#define REMOTE_FS_MAGIC		0x444c4d46	/* "DLMF" */

static struct vfsmount *remote_mount;

static void remote_evict(struct inode *inode)
{
	struct ssi_remote *remote = inode->i_private;

	clear_inode(inode);
	inode->i_private = NULL;
	if (remote)
		kref_put(&remote->refs, ssi_remote_free);
}

static int remote_statfs(struct dentry *dentry, struct kstatfs *buffer)
{
	return ssi_remote_go_home(0) ?: simple_statfs(dentry, buffer);
}

static const struct super_operations remote_super_ops = {
	.statfs		= remote_statfs,
	.drop_inode	= generic_delete_inode,
	.evict_inode	= remote_evict,
};

/* what readlink() of /proc/self/fd/N shows */
static char *remote_name(struct dentry *dentry, char *buffer, int length)
{
	struct ssi_remote *remote = ssi_remote_of_inode(d_inode(dentry));
	char name[SSI_REMOTE_NAME_LEN];
	int bytes;

	if (remote->name[0])
		bytes = scnprintf(name, sizeof(name), "%s", remote->name) + 1;
	else
		bytes = scnprintf(name, sizeof(name), "remote:[%llu]",
				  remote->stat.ino) + 1;
	if (bytes > length)
		return ERR_PTR(-ENAMETOOLONG);
	return memcpy(buffer + length - bytes, name, bytes);
}

static const struct dentry_operations remote_dentry_ops = {
	.d_dname	= remote_name,
};

static int remote_fs_init_context(struct fs_context *context)
{
	struct pseudo_fs_context *pseudo = init_pseudo(context, REMOTE_FS_MAGIC);

	if (!pseudo)
		return -ENOMEM;
	pseudo->ops = &remote_super_ops;
	pseudo->dops = &remote_dentry_ops;
	return 0;
}

/* no owner: our own mount would keep the module from ever being unloaded */
static struct file_system_type remote_fs_type = {
	.name		= "dolmenremote",
	.init_fs_context = remote_fs_init_context,
	.kill_sb	= kill_anon_super,
};

struct ssi_remote *ssi_remote_of_inode(const struct inode *inode)
{
	return inode->i_private;
}

static bool is_unchanging(const struct inode *inode)
{
	return S_ISFIFO(inode->i_mode) || S_ISSOCK(inode->i_mode);
}

static int remote_getattr(struct mnt_idmap *idmap, const struct path *path,
			  struct kstat *stat, u32 mask, unsigned int flags)
{
	struct inode *inode = d_inode(path->dentry);
	struct ssi_remote *remote = ssi_remote_of_inode(inode);
	struct ssi_remote_call call;
	s64 result;

	*stat = remote->stat;
	if (is_unchanging(inode))
		return 0;
	ssi_remote_call_begin(&call, remote, SSI_FILE_STAT, 0);
	result = ssi_remote_call_send(&call);
	if (!result) {
		ssi_get_stat(&call.c, stat);
		if (ssi_cursor_end(&call.c))
			result = -EIO;
	}
	ssi_remote_call_end(&call);
	return result;
}

static int remote_setattr(struct mnt_idmap *idmap, struct dentry *dentry,
			  struct iattr *attr)
{
	struct ssi_remote *remote = ssi_remote_of_inode(d_inode(dentry));
	struct ssi_remote_call call;
	s64 result;

	if (!(attr->ia_valid & ATTR_SIZE) || !(attr->ia_valid & ATTR_FILE))
		return ssi_remote_go_home(-EPERM);
	ssi_remote_call_begin(&call, remote, SSI_FILE_TRUNCATE, sizeof(u64));
	ssi_put_u64(&call.w, attr->ia_size);
	result = ssi_remote_call_send(&call);
	ssi_remote_call_end(&call);
	return result;
}

static struct dentry *remote_lookup(struct inode *dir, struct dentry *dentry,
				    unsigned int flags)
{
	return ERR_PTR(ssi_remote_go_home(-ENOENT));
}

/* its names are the owner's business, so nobody may be in it */
static int remote_dir_permission(struct mnt_idmap *idmap, struct inode *inode,
				 int mask)
{
	if (mask & MAY_CHDIR)
		return ssi_remote_go_home(-EACCES);
	return generic_permission(idmap, inode, mask);
}

static const struct inode_operations remote_inode_ops = {
	.getattr	= remote_getattr,
	.setattr	= remote_setattr,
};

static const struct inode_operations remote_dir_ops = {
	.getattr	= remote_getattr,
	.setattr	= remote_setattr,
	.lookup		= remote_lookup,
	.permission	= remote_dir_permission,
};

static struct inode *remote_inode(struct ssi_remote *remote)
{
	const struct kstat *stat = &remote->stat;
	struct inode *inode = new_inode(remote_mount->mnt_sb);

	if (!inode)
		return NULL;
	inode->i_ino = stat->ino;
	inode->i_mode = stat->mode;
	inode->i_uid = stat->uid;
	inode->i_gid = stat->gid;
	inode->i_rdev = stat->rdev;
	inode->i_size = stat->size;
	inode->i_fop = &ssi_remote_fops;
	inode->i_op = S_ISDIR(stat->mode) ? &remote_dir_ops :
					    &remote_inode_ops;
	simple_inode_init_ts(inode);
	kref_get(&remote->refs);
	inode->i_private = remote;
	return inode;
}

struct file *ssi_remote_fs_file(struct ssi_remote *remote, int flags)
{
	struct inode *inode = remote_inode(remote);
	struct file *file;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	flags &= O_ACCMODE | O_NONBLOCK | O_APPEND | O_SYNC | O_DSYNC |
		 O_LARGEFILE | O_NOATIME;
	/* the last put of the file drops it (fops_put()) */
	__module_get(THIS_MODULE);
	file = alloc_file_pseudo(inode, remote_mount, "", flags,
				 &ssi_remote_fops);
	if (IS_ERR(file)) {
		module_put(THIS_MODULE);
		iput(inode);
		return file;
	}
	file->private_data = remote;
	file->f_pos = SSI_POS_CURRENT;
	file->f_mode |= FMODE_NOWAIT;
	if (!remote->seeks)
		stream_open(inode, file);
	else
		file->f_mode |= FMODE_PREAD | FMODE_PWRITE;
	if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode))
		file->f_mode |= FMODE_ATOMIC_POS;
	return file;
}

int ssi_remote_fs_init(void)
{
	int err = register_filesystem(&remote_fs_type);

	if (err)
		return err;
	remote_mount = kern_mount(&remote_fs_type);
	if (IS_ERR(remote_mount)) {
		unregister_filesystem(&remote_fs_type);
		return PTR_ERR(remote_mount);
	}
	return 0;
}

void ssi_remote_fs_exit(void)
{
	kern_unmount(remote_mount);
	unregister_filesystem(&remote_fs_type);
}
