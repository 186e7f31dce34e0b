// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of remote files in use here: found again when the same handle comes
 * a second time, when the owner tells an event, and when the owner dies.
 */
#include "payload.h"
#include "remote.h"

#include <ssi/files.h>
#include <ssi/message.h>
#include <ssi/peer.h>
#include <ssi/wire.h>

#include <linux/file.h>
#include <linux/hashtable.h>
#include <linux/slab.h>

#define REMOTE_HASH_BITS	8

static DEFINE_SPINLOCK(table_lock);
static DEFINE_HASHTABLE(table, REMOTE_HASH_BITS);	/* table_lock */
static atomic64_t remote_count;

u64 ssi_files_remotes(void)
{
	return atomic64_read(&remote_count);
}

void ssi_remote_put_info(struct ssi_writer *w, u64 id, struct file *file,
			 const struct kstat *stat)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);
	char *name = page ? d_path(&file->f_path, page, PAGE_SIZE) : "";

	if (IS_ERR(name) || strlen(name) >= SSI_REMOTE_NAME_LEN)
		name = "";
	ssi_put_u64(w, id);
	ssi_put_u32(w, file->f_flags);
	ssi_put_u8(w, !!(file->f_mode & FMODE_LSEEK));
	ssi_put_stat(w, stat);
	ssi_put_string(w, name);
	free_page((unsigned long)page);
}

void ssi_remote_get_info(struct ssi_cursor *c, struct ssi_remote_info *info)
{
	info->id = ssi_get_u64(c);
	info->flags = ssi_get_u32(c);
	info->seeks = ssi_get_u8(c);
	ssi_get_stat(c, &info->stat);
	ssi_get_string(c, info->name, sizeof(info->name));
}

void ssi_remote_free(struct kref *kref)
{
	struct ssi_remote *remote = container_of(kref, struct ssi_remote, refs);

	ssi_message_put(remote->release);
	ssi_peer_put(remote->peer);
	kfree(remote);
	atomic64_dec(&remote_count);
}

static struct ssi_message *release_new(u64 id, u32 references, gfp_t gfp)
{
	struct ssi_message *msg;
	struct ssi_writer w;

	msg = ssi_message_new(SSI_FILE_RELEASE, sizeof(u64) + sizeof(u32), gfp);
	if (!msg)
		return NULL;
	ssi_writer_init(&w, msg, gfp);
	ssi_put_u64(&w, id);
	ssi_put_u32(&w, references);
	return msg;
}

void ssi_remote_refuse(struct ssi_peer *peer, u64 id)
{
	struct ssi_message *msg = release_new(id, 1, GFP_NOIO);

	if (msg)
		ssi_send(peer, SSI_CONTROL, msg);
	else
		ssi_peer_drop(peer, "no memory to give a file back");
}

static struct ssi_remote *find(struct ssi_peer *peer, u64 id)
{
	struct ssi_remote *remote;

	lockdep_assert_held(&table_lock);
	hash_for_each_possible(table, remote, hash, id)
		if (remote->id == id && remote->peer == peer)
			return remote;
	return NULL;
}

static struct ssi_remote *remote_new(struct ssi_peer *peer,
				     const struct ssi_remote_info *info)
{
	struct ssi_remote *remote = kzalloc(sizeof(*remote), GFP_KERNEL);

	if (!remote)
		return NULL;
	remote->release = release_new(info->id, 1, GFP_KERNEL);
	if (!remote->release) {
		kfree(remote);
		return NULL;
	}
	kref_init(&remote->refs);
	INIT_HLIST_NODE(&remote->hash);
	ssi_peer_get(peer);
	remote->peer = peer;
	remote->id = info->id;
	remote->received = 1;
	remote->files = 1;
	strscpy(remote->name, info->name);
	remote->seeks = info->seeks;
	remote->stat = info->stat;
	init_waitqueue_head(&remote->wait);
	spin_lock_init(&remote->lock);
	remote->flags = info->flags;
	atomic64_inc(&remote_count);
	return remote;
}

/* one struct file less; the last one gives all references back */
static void drop_file(struct ssi_remote *remote, struct file *file)
{
	struct ssi_message *msg = NULL;
	struct ssi_writer w;
	u64 references = 0;

	spin_lock_irq(&table_lock);
	if (remote->file == file)
		remote->file = NULL;
	if (!--remote->files) {
		hash_del(&remote->hash);
		references = remote->received;
		msg = remote->release;
		remote->release = NULL;
	}
	spin_unlock_irq(&table_lock);
	if (msg) {
		ssi_writer_init(&w, msg, GFP_KERNEL);
		ssi_patch_u32(&w, sizeof(u64), references);
		ssi_send(remote->peer, SSI_CONTROL, msg);
	}
	kref_put(&remote->refs, ssi_remote_free);
}

/* its struct file with a reference, unless that is being closed or made */
static struct file *get_first_file(struct ssi_remote *remote)
{
	lockdep_assert_held(&table_lock);
	if (!remote->file || !atomic_long_inc_not_zero(&remote->file->f_count))
		return NULL;
	return remote->file;
}

/*
 * The remote file that one more reference belongs to, counted; either its struct
 * file, or NULL and *@made to make one for.
 */
static struct file *take_reference(struct ssi_peer *peer,
				   const struct ssi_remote_info *info,
				   struct ssi_remote **made)
{
	struct ssi_remote *remote, *spare = NULL;
	struct file *file = NULL;

again:
	spin_lock_irq(&table_lock);
	remote = find(peer, info->id);
	if (remote) {
		remote->received++;
		file = get_first_file(remote);
		if (!file) {
			remote->files++;
			kref_get(&remote->refs);
		}
	} else if (spare) {
		hash_add(table, &spare->hash, spare->id);
		remote = spare;
		spare = NULL;
	}
	spin_unlock_irq(&table_lock);
	if (!remote) {
		spare = remote_new(peer, info);
		if (spare)
			goto again;
		ssi_remote_refuse(peer, info->id);
		return ERR_PTR(-ENOMEM);
	}
	if (spare)
		kref_put(&spare->refs, ssi_remote_free);
	*made = remote;
	return file;
}

struct file *ssi_remote_open(struct ssi_peer *peer,
			     const struct ssi_remote_info *info)
{
	struct ssi_remote *remote;
	struct file *file, *first;

	file = take_reference(peer, info, &remote);
	if (file)
		return file;

	file = ssi_remote_fs_file(remote, info->flags);
	if (IS_ERR(file)) {
		drop_file(remote, NULL);
		return file;
	}
	spin_lock_irq(&table_lock);
	first = get_first_file(remote);		/* somebody was faster? */
	if (!first)
		remote->file = file;
	spin_unlock_irq(&table_lock);
	/* a peer that died meanwhile has been swept already */
	if (!ssi_peer_is_up(peer))
		ssi_remotes_drop(peer);
	if (!first)
		return file;
	fput(file);
	return first;
}

struct ssi_remote *ssi_remote_of(const struct file *file)
{
	return ssi_file_is_remote((struct file *)file) ? file->private_data :
							 NULL;
}

bool ssi_file_is_remote(struct file *file)
{
	return file->f_op == &ssi_remote_fops;
}

/* open method: through /proc/self/fd, hence the same description again */
int ssi_remote_reopen(struct inode *inode, struct file *file)
{
	struct ssi_remote *remote = ssi_remote_of_inode(inode);
	unsigned int access = file->f_flags & O_ACCMODE;
	bool ok = false;

	/* the owner would have to open it anew */
	if (!remote || S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode) ||
	    S_ISBLK(inode->i_mode) ||
	    ((remote->flags & O_ACCMODE) != O_RDWR &&
	     (remote->flags & O_ACCMODE) != access))
		return ssi_remote_go_home(-ENXIO);
	spin_lock_irq(&table_lock);
	if (remote->files) {
		remote->files++;
		ok = true;
	}
	spin_unlock_irq(&table_lock);
	if (!ok)
		return -ENXIO;
	kref_get(&remote->refs);
	file->private_data = remote;
	if (!remote->seeks)
		stream_open(inode, file);
	file->f_pos = SSI_POS_CURRENT;
	return 0;
}

int ssi_remote_close(struct inode *inode, struct file *file)
{
	drop_file(file->private_data, file);
	return 0;
}

static void remote_event(struct ssi_peer *peer, u64 id)
{
	struct ssi_remote *remote;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	remote = find(peer, id);
	if (remote)
		kref_get(&remote->refs);
	spin_unlock_irqrestore(&table_lock, flags);
	if (!remote)		/* closed meanwhile */
		return;
	spin_lock_irqsave(&remote->lock, flags);
	remote->events++;
	remote->armed = 0;
	spin_unlock_irqrestore(&remote->lock, flags);
	wake_up_poll(&remote->wait, SSI_READ_EVENTS | SSI_WRITE_EVENTS |
		     EPOLLPRI | EPOLLRDHUP | EPOLLRDBAND | EPOLLWRBAND);
	kref_put(&remote->refs, ssi_remote_free);
}

int ssi_handle_file_event(struct ssi_peer *peer, struct ssi_message *msg)
{
	struct ssi_cursor c;
	u64 id;

	ssi_cursor_init(&c, msg);
	id = ssi_get_u64(&c);
	if (ssi_cursor_end(&c))
		return -EBADMSG;
	remote_event(peer, id);
	return 0;
}

void ssi_remotes_drop(struct ssi_peer *peer)
{
	struct ssi_remote *remote;
	unsigned long flags;
	int bucket;

	spin_lock_irqsave(&table_lock, flags);
	hash_for_each(table, bucket, remote, hash) {
		if (remote->peer != peer)
			continue;
		WRITE_ONCE(remote->dead, true);
		wake_up_poll(&remote->wait, SSI_READ_EVENTS | SSI_WRITE_EVENTS);
	}
	spin_unlock_irqrestore(&table_lock, flags);
}
