// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest container of a node: namespaces and a root directory, lent by its
 * reaper (pid 1 of the guests' pid namespace), and a kernel thread that has taken
 * over these namespaces and clones the guests. The thread ignores SIGCHLD, so
 * that guests are reaped by themselves. When the reaper dies the kernel kills
 * everything in its pid namespace.
 */
#include <linux/file.h>
#include <linux/fs_struct.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include <ssi/peer.h>
#include <ssi/process.h>
#include <ssi/wire.h>

#include "guest.h"

struct birth {
	struct list_head list;
	struct ssi_guest *guest;
};

static DEFINE_SPINLOCK(container_lock);
static DECLARE_WAIT_QUEUE_HEAD(container_wait);
static LIST_HEAD(births);			/* container_lock */
static struct task_struct *reaper;		/* container_lock; reference */
static struct task_struct *maker;		/* container_lock; reference */
static struct path proc_root;			/* container_lock */
static struct path root;			/* constant while there is a maker */
static struct ssi_guest *newborn;		/* maker's: for the fork tracepoint */

bool ssi_container_exists(void)
{
	return READ_ONCE(reaper);
}

int ssi_container_proc(struct path *path)
{
	int ret = -ENXIO;

	spin_lock_irq(&container_lock);
	if (reaper) {
		*path = proc_root;
		path_get(path);
		ret = 0;
	}
	spin_unlock_irq(&container_lock);
	return ret;
}

struct ssi_guest *ssi_container_newborn(struct task_struct *parent)
{
	return parent == READ_ONCE(maker) ? newborn : NULL;
}

/* A former body of that pid may still be on its way out. */
static void give_birth(struct ssi_guest *g)
{
	unsigned long deadline = jiffies + ssi_time(SSI_T_PID_FREE);
	pid_t pid = g->pid;
	struct kernel_clone_args args = {
		.flags = CLONE_UNTRACED,
		.exit_signal = SIGCHLD,
		.fn = ssi_guest_main,
		.fn_arg = g,
		.set_tid = &pid,
		.set_tid_size = 1,
	};
	pid_t ret;

	newborn = g;
	for (;;) {
		ret = kernel_clone(&args);
		if (ret != -EEXIST || time_after(jiffies, deadline))
			break;
		schedule_timeout_idle(1);
	}
	newborn = NULL;
	if (ret < 0)
		ssi_guest_stillborn(g, ret);
}

static struct birth *next_birth(void)
{
	struct birth *birth;

	spin_lock_irq(&container_lock);
	birth = list_first_entry_or_null(&births, struct birth, list);
	if (birth)
		list_del(&birth->list);
	spin_unlock_irq(&container_lock);
	return birth;
}

static void fail_births(void)
{
	struct birth *birth;

	while ((birth = next_birth())) {
		ssi_guest_stillborn(birth->guest, -EHOSTDOWN);
		kfree(birth);
	}
}

static int maker_main(void *nsproxy)
{
	struct birth *birth;

	switch_task_namespaces(current, nsproxy);
	while (!kthread_should_stop()) {
		wait_event_idle(container_wait,
				!list_empty_careful(&births) || kthread_should_stop());
		birth = next_birth();
		if (!birth)
			continue;
		give_birth(birth->guest);
		kfree(birth);
	}
	return 0;
}

/* In the newborn, before its image: its paths start at the container's root. */
void ssi_container_enter(void)
{
	set_fs_root(current->fs, &root);
	set_fs_pwd(current->fs, &root);
}

int ssi_container_clone(struct ssi_guest *g)
{
	struct birth *birth = kmalloc(sizeof(*birth), GFP_NOIO);
	int ret = -ENXIO;

	if (!birth)
		return -ENOMEM;
	birth->guest = g;
	spin_lock_irq(&container_lock);
	if (maker) {
		list_add_tail(&birth->list, &births);
		ret = 0;
	}
	spin_unlock_irq(&container_lock);
	if (ret)
		kfree(birth);
	else
		wake_up(&container_wait);
	return ret;
}

int ssi_container_create(struct file *proc)
{
	struct task_struct *thread;

	if (!is_child_reaper(task_pid(current)) || task_active_pid_ns(current) == &init_pid_ns)
		return -ESRCH;
	if (!d_can_lookup(proc->f_path.dentry))
		return -ENOTDIR;
	if (READ_ONCE(maker))
		return -EBUSY;

	ssi_guest_forget_ends();
	get_nsproxy(current->nsproxy);
	thread = kthread_create(maker_main, current->nsproxy, "dolmen-births");
	if (IS_ERR(thread)) {
		put_nsproxy(current->nsproxy);
		return PTR_ERR(thread);
	}
	get_task_struct(thread);
	get_fs_root(current->fs, &root);
	spin_lock_irq(&container_lock);
	proc_root = proc->f_path;
	path_get(&proc_root);
	reaper = get_task_struct(current);
	maker = thread;
	spin_unlock_irq(&container_lock);
	wake_up_process(thread);
	return 0;
}

/*
 * A node without a container serves nobody. The head learns it, and the end of
 * the link is over before a new container can be made: its death would kill it.
 */
static void drop_head(void)
{
	struct ssi_peer *head = ssi_peer_head();

	if (!head)
		return;
	ssi_peer_drop(head, "the guest container has ended");
	flush_work(&head->death);
	ssi_peer_put(head);
}

static void destroy_work(struct work_struct *work)
{
	struct task_struct *thread, *old;
	struct path proc;

	spin_lock_irq(&container_lock);
	thread = maker;
	old = reaper;
	proc = proc_root;
	reaper = NULL;
	spin_unlock_irq(&container_lock);
	if (!old)
		return;
	drop_head();
	kthread_stop(thread);
	spin_lock_irq(&container_lock);
	maker = NULL;
	spin_unlock_irq(&container_lock);
	fail_births();
	put_task_struct(thread);
	put_task_struct(old);
	path_put(&proc);
	path_put(&root);
}

static DECLARE_WORK(destroy, destroy_work);

/* The exit tracepoint, atomic. The kernel kills the guests by itself. */
void ssi_container_exit_of(struct task_struct *task)
{
	if (task == READ_ONCE(reaper))
		schedule_work(&destroy);
}

/* The head is lost: end the container; noded makes a new one. */
void ssi_container_kill(void)
{
	spin_lock_irq(&container_lock);
	if (reaper)
		send_sig(SIGKILL, reaper, 1);
	spin_unlock_irq(&container_lock);
}

void ssi_container_flush(void)
{
	flush_work(&destroy);
}
