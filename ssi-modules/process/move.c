// SPDX-License-Identifier: GPL-2.0-only
#include "move.h"

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/posix-timers.h>
#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/ssi.h>
#include <linux/task_work.h>
#include <linux/unistd.h>

#include <ssi/files.h>
#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>
#include <ssi/sighand.h>
#include <ssi/wire.h>

#include "../migrate/image.h"
#include "../migrate/wakeup.h"
#include "shadow.h"
#include "syscall_table.h"

enum move_state {
	MOVE_QUEUED,	/* the process has not come to it */
	MOVE_RUNNING,	/* in the process's hands until its end */
	MOVE_GIVEN_UP,	/* by whoever has waited: the process does nothing */
};

/* References: one of whoever waits, one of the process. */
struct ssi_move {
	struct kref refs;
	struct callback_head work;
	atomic_t state;			/* enum move_state */
	u32 node;			/* constant */
	struct ssi_wakeup wakeup;	/* the sleep that it interrupts; constant */
	struct completion done;
	/* written by the process before done */
	int result;
	const char *why;
};

static atomic_t moves;

/* Between two attempts, long enough for a process to leave the vdso. */
#define RETRY_MS	2

u64 ssi_process_moves(void)
{
	return atomic_read(&moves);
}

static void free_move(struct kref *refs)
{
	kfree(container_of(refs, struct ssi_move, refs));
	atomic_dec(&moves);
	module_put(THIS_MODULE);
}

static void put_move(struct ssi_move *move)
{
	kref_put(&move->refs, free_move);
}

void ssi_move_end(struct ssi_move *move, int result, const char *why)
{
	if (!move)
		return;
	move->result = result;
	move->why = result ? why : "";
	complete(&move->done);
	put_move(move);
}

/*
 * A timer of its CPU time, which is used where its body is. Other POSIX timers fire at home,
 * and their signals are sent on.
 */
static bool has_cpu_timer(void)
{
	struct signal_struct *sig = current->signal;
	struct k_itimer *timer;
	bool found = sig->it[CPUCLOCK_PROF].expires || sig->it[CPUCLOCK_VIRT].expires;

	spin_lock_irq(&ssi_own_sighand()->siglock);
	hlist_for_each_entry(timer, &sig->posix_timers, list)
		if (timer->it_clock < 0 || timer->it_clock == CLOCK_PROCESS_CPUTIME_ID ||
		    timer->it_clock == CLOCK_THREAD_CPUTIME_ID)
			found = true;
	spin_unlock_irq(&ssi_own_sighand()->siglock);
	return found;
}

/*
 * What a running process may have and a new one has not. Those that pass by
 * themselves give -EAGAIN.
 */
static int running_obstacle(const char **why)
{
	*why = ssi_place_obstacle();
	if (*why)
		return -EOPNOTSUPP;
	if (refcount_read(&ssi_own_sighand()->count) > 1)
		*why = "signal handlers shared with another process";
	else if (atomic_read(&current->files->count) > 1)
		*why = "descriptors shared with another process";
	else if (current->fs->users > 1)
		*why = "a working directory shared with another process";
	else if (has_cpu_timer())
		*why = "a timer of CPU time";
	else if (current->sysvsem.undo_list)
		*why = "semaphores that are undone at its end";
	else if (current->mm->ioctx_table || current->io_uring)
		*why = "asynchronous input and output";
	else
		*why = ssi_files_obstacle();
	if (*why)
		return -EOPNOTSUPP;

	/* a child of vfork() that has not executed; or somebody looks into /proc */
	if (current->vfork_done || atomic_read(&current->mm->mm_users) > 1)
		*why = "memory shared with another process";
	else if (ssi_in_vdso(current_pt_regs()))
		*why = "it reads a clock";
	return *why ? -EAGAIN : 0;
}

static const char *refusal(int error)
{
	switch (error) {
	case -EOPNOTSUPP:
		return "memory of a kind that can not move";
	case -ESSIHOME:
		return "a mapped file or the directory is not on the shared root";
	case -EBUSY:
		return "a file lock";
	case -ENOMEM:
		return "not enough memory there, or here";
	case -EHOSTDOWN:
		return "the node is gone";
	}
	return "the node could not build it";
}

/* What would keep current from leaving, its memory included. */
static int obstacle(const char **why)
{
	int ret = running_obstacle(why);

	if (!ret) {
		ret = ssi_memory_check();
		if (ret)
			*why = refusal(ret);
	}
	return ret;
}

/* From here to a node; 0: current is its shadow. */
static int go_away(u32 node, const char **why)
{
	struct pt_regs *regs = current_pt_regs();
	struct pt_regs saved = *regs;
	struct ssi_peer *peer;
	u32 resumes;
	int ret;

	ret = running_obstacle(why);
	if (ret)
		return ret;
	peer = ssi_peer_node(node);
	if (!peer)
		return -ENODEV;
	if (!READ_ONCE(peer->takes_running)) {
		ret = -EOPNOTSUPP;
		*why = "the CPU there lacks something that the one here has";
	} else if (!ssi_interrupted_call(regs, &resumes)) {
		ret = -EAGAIN;
		*why = "it waits with a time limit that can not be carried";
	} else {
		ret = ssi_place_on(peer, SSI_IMAGE_FILES | resumes);
		*why = refusal(ret);
	}
	if (ret)
		*regs = saved;
	else
		ssi_decided(DOLMEN_COUNTER_MOVED, node, "asked for");
	ssi_peer_put(peer);
	return ret == -ESSIHOME ? -EOPNOTSUPP : ret;
}

static void move_work(struct callback_head *work)
{
	struct ssi_move *move = container_of(work, struct ssi_move, work);
	struct ssi_shadow *s;
	const char *why = "";
	int ret = 0;

	/* as for every work of ours that may sleep or end the process */
	if (!(current->flags & PF_EXITING) && !fatal_signal_pending(current) && work->next &&
	    !task_work_add(current, work, TWA_RESUME))
		return;
	ssi_forgive_interruption(&move->wakeup);
	if (atomic_cmpxchg(&move->state, MOVE_QUEUED, MOVE_RUNNING) == MOVE_GIVEN_UP) {
		ssi_move_end(move, -EINTR, "");
		return;
	}
	if (current->flags & PF_EXITING || fatal_signal_pending(current)) {
		ssi_move_end(move, -ESRCH, "it has ended");
		return;
	}

	rcu_read_lock();
	s = ssi_shadow_of(current);	/* ours: it lives as long as it is one */
	rcu_read_unlock();
	if (move->node == SSI_MOVE_ASK) {
		ret = s ? 0 : obstacle(&why);
	} else if (!s && move->node != SSI_HEAD) {
		ret = go_away(move->node, &why);
	} else if (s && s->peer->node != move->node) {
		if (!s->recalled) {
			ssi_shadow_recall(s, move);
			return;
		}
		ret = -EAGAIN;
		why = "it is on its way home already";
	}
	ssi_move_end(move, ret, why);
}

void ssi_move_on(struct ssi_move *move)
{
	if (!move)
		return;
	if (move->node == SSI_HEAD)
		ssi_move_end(move, 0, "");
	else if (task_work_add(current, &move->work, TWA_RESUME))
		ssi_move_end(move, -ESRCH, "it has ended");
}

static bool may_move(struct task_struct *task)
{
	const struct cred *cred = current_cred(), *its;
	bool may;

	/* as for kill() */
	rcu_read_lock();
	its = __task_cred(task);
	may = uid_eq(cred->euid, its->suid) || uid_eq(cred->euid, its->uid) ||
	      uid_eq(cred->uid, its->suid) || uid_eq(cred->uid, its->uid);
	rcu_read_unlock();
	return may || capable(CAP_SYS_ADMIN);
}

static bool is_away(struct task_struct *task)
{
	bool away;

	rcu_read_lock();
	away = ssi_shadow_of(task);
	rcu_read_unlock();
	return away;
}

/*
 * In a call that only home can make: a body elsewhere would come back for it, and
 * some of these answer EINTR to any interruption. So it is left in peace.
 */
static const char *waits_at_home(struct task_struct *task)
{
	struct syscall_info info;
	const struct ssi_call_row *row;

	if (task_current_syscall(task, &info) || info.data.nr < 0)
		return NULL;
	row = ssi_call_row(info.data.nr);
	if (row->where != SSI_GO_HOME && info.data.nr != __NR_rt_sigtimedwait)
		return NULL;
	return ssi_call_name(info.data.nr);
}

static int wait_for(struct ssi_move *move, unsigned long deadline, char *why)
{
	long left = max_t(long, deadline - jiffies, 1);

	if (wait_for_completion_interruptible_timeout(&move->done, left) <= 0) {
		if (atomic_cmpxchg(&move->state, MOVE_QUEUED, MOVE_GIVEN_UP) == MOVE_QUEUED) {
			strscpy(why, "it is stopped, or busy in the kernel", DOLMEN_REASON_LEN);
			return -EBUSY;
		}
		/*
		 * It is with the process now: the deadlines of the protocol end it, the
		 * death of a node or of us does, @deadline does not.
		 */
		if (wait_for_completion_killable(&move->done))
			return -EINTR;
	}
	strscpy(why, move->why, DOLMEN_REASON_LEN);
	return move->result;
}

static int attempt(struct task_struct *task, u32 node, unsigned long deadline, char *why)
{
	struct ssi_move *move;
	const char *call;
	int ret;

	if (!is_away(task)) {
		if (node == SSI_HEAD)
			return 0;
		/* before it is interrupted: what makes that unseen knows the other calls */
		if (test_tsk_thread_flag(task, TIF_ADDR32)) {
			strscpy(why, "32-bit", DOLMEN_REASON_LEN);
			return -EOPNOTSUPP;
		}
		call = waits_at_home(task);
		if (call) {
			snprintf(why, DOLMEN_REASON_LEN, "it waits in %s", call);
			return -EAGAIN;
		}
	}
	move = kzalloc(sizeof(*move), GFP_KERNEL);
	if (!move)
		return -ENOMEM;
	__module_get(THIS_MODULE);	/* its work is our code */
	atomic_inc(&moves);
	kref_init(&move->refs);
	kref_get(&move->refs);
	init_task_work(&move->work, move_work);
	init_completion(&move->done);
	move->node = node;
	ssi_wakeup_find(task, &move->wakeup);
	if (task_work_add(task, &move->work, TWA_SIGNAL)) {
		put_move(move);
		ret = -ESRCH;
	} else {
		ret = wait_for(move, deadline, why);
	}
	put_move(move);
	return ret;
}

struct task_struct *ssi_process_get(s32 pid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_vpid(pid), PIDTYPE_TGID);
	if (task && task->flags & PF_KTHREAD)
		task = NULL;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

int ssi_move_process(s32 pid, u32 node, u32 timeout_ms, char *why)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	struct task_struct *task = ssi_process_get(pid);
	int ret;

	why[0] = 0;
	if (!task)
		return -ESRCH;
	if (!may_move(task)) {
		put_task_struct(task);
		return -EPERM;
	}
	for (;;) {
		ret = attempt(task, node, deadline, why);
		if (ret != -EAGAIN)
			break;
		if (time_after(jiffies, deadline) || msleep_interruptible(RETRY_MS)) {
			ret = -EBUSY;
			break;
		}
	}
	put_task_struct(task);
	return ret;
}
