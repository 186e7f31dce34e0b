// SPDX-License-Identifier: GPL-2.0-only
/*
 * homefs stands on a node wherever the head has something that the node has no
 * copy of: /proc, /sys, /dev, mounts that are not exported. A guest whose path
 * ends in it, or leads through it, gets -ESSIHOME and repeats the call at home.
 *
 * Three exceptions are here: the guest's own /proc/self, the memory devices, and
 * the symbolic links of /dev to /proc/self/fd. No name is ever known not to
 * exist, so there are no negative dentries.
 */
#include "homefs.h"

#include <ssi/process.h>

#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/major.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/ssi.h>
#include <linux/statfs.h>
#include <linux/uaccess.h>

enum home_kind { HOME_PROC, HOME_DEV, HOME_OTHER };

struct home_device {
	const char *path;
	unsigned int minor;
};

#define HOME_DEV_PREFIX		5	/* "/dev/" */

static const struct home_device devices[] = {
	{ "/dev/null", 3 },
	{ "/dev/zero", 5 },
	{ "/dev/full", 7 },
	{ "/dev/random", 8 },
	{ "/dev/urandom", 9 },
};

struct home_link {
	const char *name;
	const char *target;
};

static const struct home_link links[] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

const char *ssi_memory_device_path(dev_t device)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (device == MKDEV(MEM_MAJOR, devices[i].minor))
			return devices[i].path;
	return NULL;
}

bool ssi_is_memory_device(dev_t device)
{
	return ssi_memory_device_path(device);
}

/* a guest repeats it at home; the node agent has no business here */
static int home_refuse(int otherwise)
{
	return ssi_is_guest() ? -ESSIHOME : otherwise;
}

/* the guests' procfs resolves "self" for current */
static const char *home_get_self(struct dentry *dentry, struct inode *inode,
				 struct delayed_call *done)
{
	struct path proc, self;
	int err;

	if (!dentry)
		return ERR_PTR(-ECHILD);
	err = ssi_container_proc(&proc);
	if (err)
		return ERR_PTR(err);
	err = vfs_path_lookup(proc.dentry, proc.mnt, inode->i_private,
			      LOOKUP_FOLLOW, &self);
	path_put(&proc);
	if (!err)
		err = nd_jump_link(&self);
	return ERR_PTR(err);
}

static int home_read_self(struct dentry *dentry, char __user *buffer, int size)
{
	const char *name = d_inode(dentry)->i_private;
	char text[48];
	s32 pid = task_tgid_vnr(current);
	int bytes;

	if (!strcmp(name, "self"))
		bytes = scnprintf(text, sizeof(text), "%d", pid);
	else
		bytes = scnprintf(text, sizeof(text), "%d/task/%d", pid,
				  task_pid_vnr(current));
	bytes = min(bytes, size);
	return copy_to_user(buffer, text, bytes) ? -EFAULT : bytes;
}

static const struct inode_operations home_self_ops = {
	.get_link	= home_get_self,
	.readlink	= home_read_self,
};

static int home_permission(struct mnt_idmap *idmap, struct inode *inode,
			   int mask)
{
	/* walking on is decided by the next name, in lookup */
	if (!(mask & (MAY_READ | MAY_WRITE | MAY_CHDIR | MAY_ACCESS)))
		return 0;
	if (mask & MAY_NOT_BLOCK)
		return -ECHILD;
	return home_refuse(generic_permission(idmap, inode, mask));
}

static int home_getattr(struct mnt_idmap *idmap, const struct path *path,
			struct kstat *stat, u32 mask, unsigned int flags)
{
	return home_refuse(0) ?: simple_getattr(idmap, path, stat, mask, flags);
}

static struct inode *home_inode(struct super_block *sb, umode_t mode)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;
	inode->i_ino = get_next_ino();
	inode->i_mode = mode;
	simple_inode_init_ts(inode);
	return inode;
}

static struct inode *home_proc_inode(struct super_block *sb, const char *name)
{
	static const char *const names[] = { "self", "thread-self" };
	struct inode *inode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]))
			continue;
		inode = home_inode(sb, S_IFLNK | 0777);
		if (!inode)
			return ERR_PTR(-ENOMEM);
		inode->i_op = &home_self_ops;
		inode->i_private = (void *)names[i];
		return inode;
	}
	return NULL;
}

static struct inode *home_dev_inode(struct super_block *sb, const char *name)
{
	struct inode *inode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (strcmp(name, devices[i].path + HOME_DEV_PREFIX))
			continue;
		inode = home_inode(sb, S_IFCHR | 0666);
		if (!inode)
			return ERR_PTR(-ENOMEM);
		init_special_inode(inode, S_IFCHR | 0666,
				   MKDEV(MEM_MAJOR, devices[i].minor));
		return inode;
	}
	for (i = 0; i < ARRAY_SIZE(links); i++) {
		if (strcmp(name, links[i].name))
			continue;
		inode = home_inode(sb, S_IFLNK | 0777);
		if (!inode)
			return ERR_PTR(-ENOMEM);
		inode->i_op = &simple_symlink_inode_operations;
		inode->i_link = (char *)links[i].target;
		return inode;
	}
	return NULL;
}

static struct dentry *home_lookup(struct inode *dir, struct dentry *dentry,
				  unsigned int flags)
{
	enum home_kind kind = (enum home_kind)(uintptr_t)dir->i_sb->s_fs_info;
	struct inode *inode = NULL;

	if (kind == HOME_PROC)
		inode = home_proc_inode(dir->i_sb, dentry->d_name.name);
	else if (kind == HOME_DEV)
		inode = home_dev_inode(dir->i_sb, dentry->d_name.name);
	if (!inode)
		return ERR_PTR(home_refuse(-ENOENT));
	return d_splice_alias(inode, dentry);	/* takes an ERR_PTR too */
}

static const struct inode_operations home_dir_ops = {
	.lookup		= home_lookup,
	.permission	= home_permission,
	.getattr	= home_getattr,
};

static int home_open(struct inode *inode, struct file *file)
{
	return home_refuse(0);
}

static int home_iterate(struct file *file, struct dir_context *context)
{
	if (ssi_is_guest())
		return -ESSIHOME;
	dir_emit_dots(file, context);
	return 0;
}

static const struct file_operations home_dir_fops = {
	.owner		= THIS_MODULE,
	.open		= home_open,
	.llseek		= generic_file_llseek,
	.read		= generic_read_dir,
	.iterate_shared	= home_iterate,
};

static int home_statfs(struct dentry *dentry, struct kstatfs *buffer)
{
	return home_refuse(0) ?: simple_statfs(dentry, buffer);
}

static const struct super_operations home_super_ops = {
	.statfs		= home_statfs,
	.drop_inode	= generic_delete_inode,
};

static int home_fill_super(struct super_block *sb, struct fs_context *context)
{
	struct inode *root;

	sb->s_magic = SSI_HOMEFS_MAGIC;
	sb->s_op = &home_super_ops;
	sb->s_time_gran = 1;
	sb->s_fs_info = context->fs_private;
	root = home_inode(sb, S_IFDIR | 0555);
	if (!root)
		return -ENOMEM;
	root->i_op = &home_dir_ops;
	root->i_fop = &home_dir_fops;
	set_nlink(root, 2);
	sb->s_root = d_make_root(root);
	return sb->s_root ? 0 : -ENOMEM;
}

static int home_get_tree(struct fs_context *context)
{
	return get_tree_nodev(context, home_fill_super);
}

enum { OPT_KIND };

static const struct constant_table home_kinds[] = {
	{ "proc",	HOME_PROC },
	{ "dev",	HOME_DEV },
	{ "other",	HOME_OTHER },
	{}
};

static const struct fs_parameter_spec home_parameters[] = {
	fsparam_enum("kind", OPT_KIND, home_kinds),
	{}
};

static int home_parse(struct fs_context *context, struct fs_parameter *param)
{
	struct fs_parse_result result;
	int option = fs_parse(context, home_parameters, param, &result);

	if (option < 0)
		return option;
	context->fs_private = (void *)(uintptr_t)result.uint_32;
	return 0;
}

static const struct fs_context_operations home_context_ops = {
	.parse_param	= home_parse,
	.get_tree	= home_get_tree,
};

static int home_init_context(struct fs_context *context)
{
	context->fs_private = (void *)(uintptr_t)HOME_OTHER;
	context->ops = &home_context_ops;
	return 0;
}

static struct file_system_type home_fs_type = {
	.owner		= THIS_MODULE,
	.name		= DOLMEN_HOMEFS,
	.init_fs_context = home_init_context,
	.parameters	= home_parameters,
	.kill_sb	= kill_anon_super,
};
MODULE_ALIAS_FS(DOLMEN_HOMEFS);

int ssi_homefs_init(void)
{
	return register_filesystem(&home_fs_type);
}

void ssi_homefs_exit(void)
{
	unregister_filesystem(&home_fs_type);
}
