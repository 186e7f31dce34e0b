/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_FILES_H
#define _SSI_FILES_H
/*
 * Descriptors of a process that moves, and files that stay where they are.
 *
 * A file that can not be re-opened where a process goes stays with its owner,
 * who keeps one reference per (peer, open description) in a handle table. The
 * user has one struct file per (owner, handle): a remote file. Each time a
 * handle is sent counts as one reference; the last local close of the remote
 * file gives all it has received back in one FILE_RELEASE. So end-of-file and
 * SIGPIPE come when the last user anywhere has closed.
 *
 * An operation on a remote file is one message that the owner answers at once:
 * it never blocks there. What would block answers -EAGAIN, arms a FILE_EVENT
 * and the user waits in its own kernel, where signals reach it.
 */
#include <linux/fs.h>
#include <linux/types.h>

struct ssi_cursor;
struct ssi_message;
struct ssi_peer;
struct ssi_writer;

#define SSI_FILES_SKIP_CLOEXEC	1	/* leave out close-on-exec descriptors */

/**
 * ssi_files_encode - write the descriptor table of current
 * @w: where to; an error in it is returned
 * @peer: who will read it
 * @flags: SSI_FILES_ bits
 *
 * After success the message must be sent (or the peer be dead): the handles in
 * it count as given away. On an error it has undone what it did.
 *
 * Context: process context, may sleep; no other thread shares the table.
 * Return: 0, -ENOMEM, -EMSGSIZE, -EMFILE (more than SSI_FDS_MAX), -EBUSY
 * (current holds a POSIX lock, which closing the file here would drop), another
 * error of a file that can not even be asked for its attributes.
 */
int ssi_files_encode(struct ssi_writer *w, struct ssi_peer *peer,
		     unsigned int flags);

/**
 * ssi_file_encode_remote - write one file that stays here
 * @w: where to; an error in it is returned
 * @peer: who will read it
 * @file: any
 *
 * As ssi_files_encode(): the message has to be sent after success.
 */
int ssi_file_encode_remote(struct ssi_writer *w, struct ssi_peer *peer, struct file *file);
/* read it: the file or an ERR_PTR; the reference in it is taken or given back */
struct file *ssi_file_decode_remote(struct ssi_cursor *c, struct ssi_peer *peer);
/* read over it and give its reference back */
void ssi_file_discard_remote(struct ssi_cursor *c, struct ssi_peer *peer);

struct ssi_files;

/**
 * ssi_files_decode - open what ssi_files_encode() of a peer has written
 * @c: read to the end of the table
 * @peer: who wrote it
 *
 * Paths are walked from current's root with current's credentials replaced by
 * those of the kernel. Every handle in the table is taken or given back, also
 * on an error. A REOPEN entry that proves to be another file by now fails with
 * -ESTALE.
 *
 * Context: process context, may sleep.
 * Return: the files or an ERR_PTR.
 */
struct ssi_files *ssi_files_decode(struct ssi_cursor *c, struct ssi_peer *peer);
/* read over a table and give its handles back */
void ssi_files_discard(struct ssi_cursor *c, struct ssi_peer *peer);
/* put them into current's table at their numbers; consumes @files */
int ssi_files_install(struct ssi_files *files);
void ssi_files_free(struct ssi_files *files);	/* NULL is fine */
/* close every descriptor of current */
void ssi_files_close_all(void);
/* what current has open that keeps it where it is, in words; or NULL */
const char *ssi_files_obstacle(void);
/* current has a pipe end, socket... of this node: its exec should stay here */
bool ssi_files_pinned(void);

/*
 * A path on the shared root, with the proof of which file it is. Encoding fails
 * with -ESSIHOME if the other side could not reach it by path: not on the
 * shared root (a mount that is not exported), deleted.
 */
int ssi_path_encode(struct ssi_writer *w, const struct path *path);
/* the same file opened with @flags (O_PATH, O_RDONLY...); -ESTALE if another */
struct file *ssi_path_decode(struct ssi_cursor *c, int flags);

/* Handlers, see struct ssi_handler. */
int ssi_handle_file(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_file_event(struct ssi_peer *peer, struct ssi_message *msg);
int ssi_handle_file_release(struct ssi_peer *peer, struct ssi_message *msg);

/*
 * Serve a FILE_ request in the context of the shadow it belongs to (terminals
 * and ioctls decide by current). Called by the shadow's loop. Interruptible; a
 * poke of the shadow makes it answer -EAGAIN with the event armed, or
 * -ERESTARTSYS after job control has sent a signal. Consumes @msg.
 */
void ssi_file_serve(struct ssi_peer *peer, struct ssi_message *msg);

/* the peer is dead: forget its handles, fail what waits for its files */
void ssi_files_peer_dead(struct ssi_peer *peer);
/* on the node: a file that guests may not open here gives -ESSIHOME */
int ssi_files_guest_open(struct file *file);

/* the description is another machine's */
bool ssi_file_is_remote(struct file *file);
/**
 * ssi_remote_set_flags - F_SETFL on a remote file
 * @file: a remote file
 * @flags: as fcntl() has them; O_NONBLOCK and O_APPEND count
 *
 * Context: process context, may sleep (killable).
 * Return: 0; -ESSIHOME in a guest (-EINVAL else): another flag would change.
 */
int ssi_remote_set_flags(struct file *file, unsigned int flags);
/* wait until files whose last reference has come back are closed; may sleep */
void ssi_files_settle(void);

/* numbers for the audit */
u64 ssi_files_handles(void);
u64 ssi_files_remotes(void);

int ssi_files_init(void);	/* homefs and the remote file system */
void ssi_files_exit(void);
#endif /* _SSI_FILES_H */
