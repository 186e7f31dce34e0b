// SPDX-License-Identifier: GPL-2.0-only
/*
 * A path of the shared root and the proof of which file it is.
 *
 * The shared root is the mount at the root directory of current, and nothing
 * that is mounted below it: the head's root at home, an NFS mount of it on a
 * node. A process with another root is found out by the proof.
 *
 * The proof is the file's identifier in NFS file handles: at home as the file
 * system makes it for knfsd, on a node cut out of the handle that the server
 * gave. The root directory itself has an empty one there.
 *
 * On the wire: string path, u32 type, blob identifier.
 */
#include "homefs.h"
#include "nfs_handle.h"
#include "path.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/wire.h>

#include <linux/exportfs.h>
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/nfs_fs.h>
#include <linux/ssi.h>

#define FILE_ID_BYTES		(SSI_HANDLE_BYTES_MAX)
#define FILE_ID_ROOT		0	/* as knfsd: the exported directory */
#define FILE_ID_NONE		0x100	/* known by its path: homefs */

struct file_id {
	u32 type;		/* enum fid_type, or FILE_ID_ */
	u32 bytes;
	u8 data[FILE_ID_BYTES] __aligned(4);
};

static int nfs_file_id(const struct inode *inode, struct file_id *id)
{
	const struct nfs_fh *fh = NFS_FH(inode);
	u32 start;
	int err;

	err = ssi_nfs_handle_file(fh->data, fh->size, &id->type, &start);
	if (err)
		return err;
	id->bytes = fh->size - start;
	if (id->bytes > sizeof(id->data))
		return -EOPNOTSUPP;
	memcpy(id->data, fh->data + start, id->bytes);
	return 0;
}

static int local_file_id(struct inode *inode, struct file_id *id)
{
	struct fid *fid = (struct fid *)id->data;
	int words = sizeof(id->data) / sizeof(u32);
	int type = exportfs_encode_inode_fh(inode, fid, &words, NULL, 0);

	if (type == -EOPNOTSUPP) {
		/* it can not be exported; good enough within this kernel */
		words = sizeof(id->data) / sizeof(u32);
		type = exportfs_encode_inode_fh(inode, fid, &words, NULL,
						EXPORT_FH_FID);
	}
	if (type < 0 || type >= FILEID_INVALID)
		return -EOPNOTSUPP;
	id->type = type;
	id->bytes = words * sizeof(u32);
	return 0;
}

static int file_id(const struct path *path, struct file_id *id)
{
	struct inode *inode = d_inode(path->dentry);

	if (inode->i_sb->s_magic == SSI_HOMEFS_MAGIC) {
		id->type = FILE_ID_NONE;
		id->bytes = 0;
		return 0;
	}
	if (inode->i_sb->s_magic == NFS_SUPER_MAGIC)
		return nfs_file_id(inode, id);
	if (path->dentry == inode->i_sb->s_root) {
		id->type = FILE_ID_ROOT;
		id->bytes = 0;
		return 0;
	}
	return local_file_id(inode, id);
}

static bool is_shared(const struct path *path)
{
	struct path root;
	bool shared;

	if (d_unlinked(path->dentry) || !d_inode(path->dentry)->i_nlink ||
	    path->dentry->d_flags & DCACHE_NFSFS_RENAMED)
		return false;
	/* the head has what is behind it under the same path */
	if (path->dentry->d_sb->s_magic == SSI_HOMEFS_MAGIC)
		return true;
	get_fs_root(current->fs, &root);
	shared = path->mnt == root.mnt;
	path_put(&root);
	return shared;
}

int ssi_path_encode(struct ssi_writer *w, const struct path *path)
{
	struct file_id id;
	char *buffer, *name;
	int err = -ESSIHOME;

	if (!is_shared(path) || file_id(path, &id))
		return -ESSIHOME;
	buffer = __getname();
	if (!buffer)
		return -ENOMEM;
	name = d_path(path, buffer, SSI_PATH_MAX);
	if (!IS_ERR(name) && name[0] == '/') {
		ssi_put_string(w, name);
		ssi_put_u32(w, id.type);
		ssi_put_blob(w, id.data, id.bytes);
		err = w->error;
	}
	__putname(buffer);
	return err;
}

static int get_path(struct ssi_cursor *c, char *name, struct file_id *id)
{
	const void *data;

	ssi_get_string(c, name, SSI_PATH_MAX);
	id->type = ssi_get_count(c, FILE_ID_NONE);
	data = ssi_get_blob(c, sizeof(id->data), &id->bytes);
	if (c->error)
		return c->error;
	memcpy(id->data, data, id->bytes);
	return 0;
}

void ssi_path_skip(struct ssi_cursor *c)
{
	u32 bytes;

	ssi_get_blob(c, SSI_PATH_MAX, &bytes);
	ssi_get_u32(c);
	ssi_get_blob(c, FILE_ID_BYTES, &bytes);
}

/* walks it; -ESTALE: another file is there now */
static int walk(const char *name, const struct file_id *want,
		unsigned int flags, struct path *path)
{
	struct path root;
	struct file_id id;
	int err;

	get_fs_root(current->fs, &root);
	err = vfs_path_lookup(root.dentry, root.mnt, name, flags, path);
	path_put(&root);
	if (err || want->type == FILE_ID_NONE)
		return err;
	err = file_id(path, &id);
	if (!err && (id.type != want->type || id.bytes != want->bytes ||
		     memcmp(id.data, want->data, id.bytes)))
		err = -ESTALE;
	if (err)
		path_put(path);
	return err;
}

struct file *ssi_path_decode(struct ssi_cursor *c, int flags)
{
	struct file_id id;
	struct file *file;
	struct path path;
	char *name;
	int err;

	name = __getname();
	if (!name)
		return ERR_PTR(-ENOMEM);
	err = get_path(c, name, &id);
	if (!err)
		err = walk(name, &id, 0, &path);
	/* what is cached here of the directories may be old */
	if (err == -ESTALE || err == -ENOENT || err == -ENOTDIR)
		err = walk(name, &id, LOOKUP_REVAL, &path);
	__putname(name);
	if (err)
		return ERR_PTR(err);
	file = dentry_open(&path, flags, current_cred());
	path_put(&path);
	return file == ERR_PTR(-EOPENSTALE) ? ERR_PTR(-ESTALE) : file;
}
