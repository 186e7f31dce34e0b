/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_REMOTE_H
#define _SSI_FILES_REMOTE_H
/*
 * A remote file: a description that another machine has. One struct ssi_remote
 * per (owner, handle); its struct files are the one that was made when it came
 * and those of opens through /proc/self/fd.
 */
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <ssi/message.h>

struct ssi_peer;

#define SSI_REMOTE_NAME_LEN	64

struct ssi_remote {
	struct kref refs;
	struct hlist_node hash;		/* table lock */
	struct ssi_peer *peer;		/* with a reference */
	u64 id;
	u64 received;			/* table lock: references to give back */
	unsigned int files;		/* table lock: open struct files */
	struct file *file;		/* table lock: the first one, no ref */
	struct ssi_message *release;	/* made early: a close must not fail */
	char name[SSI_REMOTE_NAME_LEN];
	bool seeks;
	struct kstat stat;		/* as of its arrival; all of a pipe's */

	wait_queue_head_t wait;		/* events, death */
	bool dead;			/* set once, then wakes @wait */
	spinlock_t lock;
	u64 events;			/* lock for writers: FILE_EVENTs so far */
	__poll_t armed;			/* lock: an event will tell of these */
	__poll_t mask;			/* lock: the answer while armed */
	unsigned int flags;		/* lock: O_ flags, as the owner has them */
};

/* What a peer tells of a description it keeps. */
struct ssi_remote_info {
	u64 id;
	u32 flags;		/* O_ flags */
	bool seeks;
	struct kstat stat;
	char name[SSI_REMOTE_NAME_LEN];
};

void ssi_remote_put_info(struct ssi_writer *w, u64 id, struct file *file,
			 const struct kstat *stat);
void ssi_remote_get_info(struct ssi_cursor *c, struct ssi_remote_info *info);

/**
 * ssi_remote_open - take a reference that a peer has sent
 *
 * On an error the reference has been given back.
 * Return: the struct file (the one that is there already if there is), -ENOMEM...
 */
struct file *ssi_remote_open(struct ssi_peer *peer,
			     const struct ssi_remote_info *info);
/* give a reference back that was not taken */
void ssi_remote_refuse(struct ssi_peer *peer, u64 id);
/* the owner and its handle, if @file is remote */
struct ssi_remote *ssi_remote_of(const struct file *file);

/*
 * Ask the owner. remote_call.c
 */
struct ssi_remote_call {
	struct ssi_remote *remote;
	struct ssi_message *msg;	/* the request; NULL: no memory */
	struct ssi_writer w;
	struct ssi_message *reply;
	struct ssi_cursor c;		/* behind the result and the flags */
	u32 flags;
};

void ssi_remote_call_begin(struct ssi_remote_call *call,
			   struct ssi_remote *remote, u16 type, u32 room);
/* the result: 0 or more, or an errno that may be returned to user space */
s64 ssi_remote_call_send(struct ssi_remote_call *call);
void ssi_remote_call_end(struct ssi_remote_call *call);

/* -ESSIHOME if current is a guest, else @otherwise */
int ssi_remote_go_home(int otherwise);

extern const struct file_operations ssi_remote_fops;
int ssi_remote_reopen(struct inode *inode, struct file *file);
int ssi_remote_close(struct inode *inode, struct file *file);

struct ssi_remote *ssi_remote_of_inode(const struct inode *inode);
/* takes over the caller's reference of @remote, on success */
struct file *ssi_remote_fs_file(struct ssi_remote *remote, int flags);
int ssi_remote_fs_init(void);
void ssi_remote_fs_exit(void);

void ssi_remotes_drop(struct ssi_peer *peer);	/* it is dead; any context */
void ssi_remote_free(struct kref *kref);
#endif /* _SSI_FILES_REMOTE_H */
