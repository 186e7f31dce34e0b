// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users, groups and capabilities. Started by root it takes different ones for each
 * purpose; by anybody else it keeps those it has.
 */
#include "check.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define BIT(capability)	(1U << (capability))
#define GROUPS		64

static struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

struct identity {
	uid_t user[3];
	gid_t group[3];
	gid_t others[GROUPS];
	int count;
	struct __user_cap_data_struct capability[2];
	int bounds;		/* CAP_SYS_MODULE may be had */
};

/* What can not be asked for without leaving a node. */
struct rest {
	uid_t file_user;
	gid_t file_group;
	int ambient;		/* CAP_NET_RAW is */
	int securebits;
};

static void take_others(void)
{
	static const gid_t groups[] = { 3001, 3002, 3003, 65000 };
	struct __user_cap_data_struct capability[2] = { { 0 } };

	MUST(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP));
	MUST(prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE));
	MUST(setgroups(sizeof(groups) / sizeof(groups[0]), groups));
	MUST(setresgid(2101, 2102, 2103));
	MUST(setresuid(2001, 2002, 2003));
	setfsgid(2104);
	setfsuid(2004);
	capability[0].permitted = BIT(CAP_DAC_OVERRIDE) | BIT(CAP_NET_RAW) | BIT(CAP_KILL);
	capability[0].effective = BIT(CAP_DAC_OVERRIDE);
	capability[0].inheritable = BIT(CAP_NET_RAW);
	MUST(syscall(SYS_capset, &header, capability));
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0));
}

static void look(struct identity *found)
{
	memset(found, 0, sizeof(*found));
	MUST(getresuid(&found->user[0], &found->user[1], &found->user[2]));
	MUST(getresgid(&found->group[0], &found->group[1], &found->group[2]));
	found->count = MUST(getgroups(GROUPS, found->others));
	MUST(syscall(SYS_capget, &header, found->capability));
	found->bounds = MUST(prctl(PR_CAPBSET_READ, CAP_SYS_MODULE));
}

static void look_at_rest(struct rest *found)
{
	/* an id that does not exist changes nothing */
	found->file_user = setfsuid(-1);
	found->file_group = setfsgid(-1);
	found->ambient = MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_NET_RAW, 0, 0));
	found->securebits = MUST(prctl(PR_GET_SECUREBITS));
}

static void verify(const struct identity *wanted)
{
	struct identity found;

	look(&found);
	CHECK(!memcmp(found.user, wanted->user, sizeof(found.user)), "users are %d %d %d",
	      found.user[0], found.user[1], found.user[2]);
	CHECK(!memcmp(found.group, wanted->group, sizeof(found.group)), "groups are %d %d %d",
	      found.group[0], found.group[1], found.group[2]);
	CHECK(found.count == wanted->count &&
	      !memcmp(found.others, wanted->others, sizeof(found.others)),
	      "%d other groups, not %d, from %d on", found.count, wanted->count, found.others[0]);
	CHECK(!memcmp(found.capability, wanted->capability, sizeof(found.capability)),
	      "capabilities are %#x, %#x, %#x", found.capability[0].permitted,
	      found.capability[0].effective, found.capability[0].inheritable);
	CHECK(found.bounds == wanted->bounds, "bounding set has it: %d", found.bounds);
}

int main(int argc, char **argv)
{
	struct rest rest, found;
	struct identity wanted;

	check_begin(argc, argv);
	if (!getuid())
		take_others();
	look(&wanted);
	look_at_rest(&rest);
	check_ready();
	while (!check_told()) {
		verify(&wanted);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(&wanted);
	look_at_rest(&found);
	CHECK(found.file_user == rest.file_user && found.file_group == rest.file_group,
	      "for files: user %d, group %d", found.file_user, found.file_group);
	CHECK(found.ambient == rest.ambient, "ambient: %d", found.ambient);
	CHECK(found.securebits == rest.securebits, "secure bits are %#x", found.securebits);
	return check_end();
}
