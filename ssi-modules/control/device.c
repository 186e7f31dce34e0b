// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/dolmen: the ioctls of <uapi/dolmen.h>. Everything that comes in is checked
 * here, down to reserved members; what it means is the business of the others.
 */
#include "control.h"
#include "../transport/transport.h"

#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <ssi/peer.h>
#include <ssi/policy.h>
#include <ssi/process.h>

static long get_version(void __user *arg)
{
	struct dolmen_version version = { .protocol = SSI_PROTOCOL };
	struct ssi_peer *head = ssi_peer_head();

	if (ssi_membership_epoch())
		version.roles |= DOLMEN_ROLE_HEAD;
	if (head)
		version.roles |= DOLMEN_ROLE_NODE;
	ssi_peer_put(head);
	memcpy(version.build_id, ssi_build_id, sizeof(version.build_id));
	return copy_to_user(arg, &version, sizeof(version)) ? -EFAULT : 0;
}

static bool timeout_valid(u32 percent)
{
	return percent >= 100 && percent <= 1000;
}

static long become_head(void __user *arg)
{
	struct dolmen_head head;

	if (copy_from_user(&head, arg, sizeof(head)))
		return -EFAULT;
	if (!head.epoch || head.reserved || !timeout_valid(head.timeout_percent))
		return -EINVAL;
	return ssi_membership_become_head(head.epoch, head.timeout_percent);
}

static int get_link(struct dolmen_link *link, void __user *arg)
{
	if (copy_from_user(link, arg, sizeof(*link)))
		return -EFAULT;
	if (!link->node || link->node > DOLMEN_MAX_NODES || !link->epoch ||
	    link->reserved || !link->name[0] || link->cpus > SSI_CPUS_MAX ||
	    strnlen(link->name, sizeof(link->name)) == sizeof(link->name))
		return -EINVAL;
	if (memcmp(link->build_id, ssi_build_id, sizeof(link->build_id)))
		return -EPROTO;
	return 0;
}

static long add_node(void __user *arg)
{
	struct dolmen_link link;
	int err = get_link(&link, arg);

	if (err)
		return err;
	if (link.epoch != ssi_membership_epoch())
		return -EPROTO;
	return ssi_peer_link(&link, true);
}

static long join(void __user *arg)
{
	struct dolmen_link link;
	int err = get_link(&link, arg);

	if (err)
		return err;
	if (!timeout_valid(link.timeout_percent))
		return -EINVAL;
	if (!ssi_container_exists())
		return -ENXIO;
	ssi_membership_set_timeout(link.timeout_percent);
	return ssi_peer_link(&link, false);
}

/* On a machine that is no head, the only node it can give up is itself. */
static long drop_node(unsigned long node)
{
	if (!node || node > DOLMEN_MAX_NODES)
		return -EINVAL;
	if (ssi_membership_epoch())
		return ssi_peer_unlink(node, true);
	return ssi_peer_unlink(node, false);
}

static long set_container(void __user *arg)
{
	struct dolmen_container container;

	if (copy_from_user(&container, arg, sizeof(container)))
		return -EFAULT;
	if (container.reserved)
		return -EINVAL;
	CLASS(fd, proc)(container.proc_fd);
	if (!fd_file(proc) || !S_ISDIR(file_inode(fd_file(proc))->i_mode))
		return -ENOTDIR;
	return ssi_container_create(fd_file(proc));
}

static int check_node(u32 node)
{
	struct ssi_peer *peer;

	if (node == SSI_HEAD)
		return 0;
	if (node > DOLMEN_MAX_NODES)
		return -EINVAL;
	peer = ssi_peer_node(node);
	ssi_peer_put(peer);
	return peer ? 0 : -ENODEV;
}

static long set_mode(void __user *arg)
{
	struct dolmen_set_mode mode;
	int err;

	if (copy_from_user(&mode, arg, sizeof(mode)))
		return -EFAULT;
	if (mode.mode > DOLMEN_MODE_NODE)
		return -EINVAL;
	if (mode.mode != DOLMEN_MODE_NODE && mode.node)
		return -EINVAL;
	err = check_node(mode.node);
	return err ?: ssi_policy_set_mode(mode.mode, mode.node);
}

static long set_list(void __user *arg)
{
	struct dolmen_set_list list;
	char *text;
	int err;

	if (copy_from_user(&list, arg, sizeof(list)))
		return -EFAULT;
	if (list.list > DOLMEN_LIST_SESSION_CGROUPS)
		return -EINVAL;
	if (list.bytes > DOLMEN_LIST_BYTES_MAX)
		return -E2BIG;
	text = memdup_user_nul(u64_to_user_ptr(list.text), list.bytes);
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = ssi_policy_set_list(list.list, text, list.bytes);
	kfree(text);
	return err;
}

static long set_weight(void __user *arg)
{
	struct dolmen_set_weight weight;
	int err;

	if (copy_from_user(&weight, arg, sizeof(weight)))
		return -EFAULT;
	if (weight.weight > 1000)
		return -EINVAL;
	err = check_node(weight.node);
	return err ?: ssi_policy_set_weight(weight.node, weight.weight);
}

static long move(void __user *arg)
{
	struct dolmen_move move;
	int err;

	if (copy_from_user(&move, arg, sizeof(move)))
		return -EFAULT;
	if (move.pid <= 0 || move.reserved || !move.timeout_ms ||
	    move.timeout_ms > DOLMEN_MOVE_TIMEOUT_MAX)
		return -EINVAL;
	err = check_node(move.node);
	if (err)
		return err;
	memset(move.why, 0, sizeof(move.why));
	err = ssi_move_process(move.pid, move.node, move.timeout_ms, move.why);
	if (err && copy_to_user(arg + offsetof(struct dolmen_move, why), move.why,
				sizeof(move.why)))
		return -EFAULT;
	return err;
}

static long why(void __user *arg)
{
	struct dolmen_why why;
	int err;

	if (copy_from_user(&why, arg, sizeof(why)))
		return -EFAULT;
	if (why.pid <= 0 || why.reserved)
		return -EINVAL;
	memset(why.there, 0, sizeof(why.there));
	memset(why.keeps, 0, sizeof(why.keeps));
	err = ssi_process_why(&why);
	return err ?: copy_to_user(arg, &why, sizeof(why)) ? -EFAULT : 0;
}

static bool is_privileged(unsigned int cmd)
{
	switch (cmd) {
	case DOLMEN_IOC_HEAD:
	case DOLMEN_IOC_ADD_NODE:
	case DOLMEN_IOC_JOIN:
	case DOLMEN_IOC_DROP_NODE:
	case DOLMEN_IOC_CONTAINER:
	case DOLMEN_IOC_SET_LIST:
	case DOLMEN_IOC_SET_WEIGHT:
		return true;
	}
	return false;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	if (is_privileged(cmd) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (cmd) {
	case DOLMEN_IOC_VERSION:
		return get_version(user);
	case DOLMEN_IOC_HEAD:
		return become_head(user);
	case DOLMEN_IOC_ADD_NODE:
		return add_node(user);
	case DOLMEN_IOC_JOIN:
		return join(user);
	case DOLMEN_IOC_DROP_NODE:
		return drop_node(arg);
	case DOLMEN_IOC_CONTAINER:
		return set_container(user);
	case DOLMEN_IOC_SET_MODE:
		return set_mode(user);
	case DOLMEN_IOC_SET_LIST:
		return set_list(user);
	case DOLMEN_IOC_SET_WEIGHT:
		return set_weight(user);
	case DOLMEN_IOC_MOVE:
		return move(user);
	case DOLMEN_IOC_WHY:
		return why(user);
	case DOLMEN_IOC_NODES:
	case DOLMEN_IOC_PROCESSES:
	case DOLMEN_IOC_COUNTERS:
	case DOLMEN_IOC_AUDIT:
		return ssi_table_ioctl(cmd, user);
	}
	return -ENOTTY;
}

static const struct file_operations device_operations = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= device_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "dolmen",
	.fops	= &device_operations,
	.mode	= 0666,
};

int ssi_device_init(void)
{
	return misc_register(&device);
}

void ssi_device_exit(void)
{
	misc_deregister(&device);
}
