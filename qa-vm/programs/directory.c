// SPDX-License-Identifier: GPL-2.0-only
/* The working directory, one that is held open, and the mask for new files. */
#include "check.h"

#define MASK	0027

static void create(int directory, mode_t wanted)
{
	int fd = MUST(openat(directory, "made", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
	struct stat info;

	MUST(close(fd));
	MUST(stat("made", &info));
	CHECK((info.st_mode & 0777) == wanted, "a new file has mode %o", info.st_mode & 0777);
	MUST(unlink("made"));
}

static void verify(const char *name, int directory, int path)
{
	char found[4096];
	mode_t mask;

	CHECK(getcwd(found, sizeof(found)), "getcwd: %s", strerror(errno));
	CHECK(!strcmp(found, name), "the directory is %s, not %s", found, name);
	create(AT_FDCWD, 0640);
	create(directory, 0640);
	create(path, 0640);
	mask = umask(0);
	CHECK(mask == MASK, "the mask is %o", mask);
	create(AT_FDCWD, 0666);
	umask(MASK);
}

int main(int argc, char **argv)
{
	int directory, path;
	char name[4096];

	check_begin(argc, argv);
	MUST(mkdir("here", 0700));
	MUST(chdir("here"));
	umask(MASK);
	CHECK(getcwd(name, sizeof(name)), "getcwd: %s", strerror(errno));
	directory = MUST(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	path = MUST(open(".", O_PATH | O_CLOEXEC));
	check_ready();
	while (!check_told()) {
		verify(name, directory, path);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(name, directory, path);
	MUST(fchdir(directory));
	MUST(chdir(".."));
	MUST(rmdir("here"));
	return check_end();
}
