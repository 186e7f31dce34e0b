// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings of files: private pages that were changed and others that were not, and
 * a shared mapping that can only be read.
 */
#include "check.h"

#include <sys/mman.h>

#define PAGE	4096
#define PAGES	32
#define NAME	"mapped"

static bool is_changed(int page)
{
	return page % 3 == 1;
}

static void verify(const char *changed, const char *shared)
{
	for (int page = 0; page < PAGES; page++) {
		check_same(changed + page * PAGE, PAGE, is_changed(page) ? 100 + page : page,
			   is_changed(page) ? "a changed page" : "a private page of the file");
		check_same(shared + page * PAGE, PAGE, page, "a shared page of the file");
	}
}

int main(int argc, char **argv)
{
	char contents[PAGES * PAGE], later[PAGE];
	char *changed, *shared;
	int writer, reader;

	check_begin(argc, argv);
	for (int page = 0; page < PAGES; page++)
		check_fill(contents + page * PAGE, PAGE, page);
	writer = MUST(open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600));
	CHECK(MUST(write(writer, contents, sizeof(contents))) == sizeof(contents), "short write");
	MUST(close(writer));
	reader = MUST(open(NAME, O_RDONLY));
	changed = MUST(mmap(NULL, sizeof(contents), PROT_READ | PROT_WRITE, MAP_PRIVATE, reader,
			    0));
	shared = MUST(mmap(NULL, sizeof(contents), PROT_READ, MAP_SHARED, reader, 0));
	MUST(close(reader));
	for (int page = 0; page < PAGES; page++)
		if (is_changed(page))
			check_fill(changed + page * PAGE, PAGE, 100 + page);
	check_ready();
	while (!check_told()) {
		verify(changed, shared);
		check_pause(CHECK_PAUSE_MS);
	}
	verify(changed, shared);

	/* the file has none of the changes; what is written into it now is seen */
	writer = MUST(open(NAME, O_RDWR));
	for (int page = 0; page < PAGES; page++) {
		MUST(pread(writer, later, PAGE, page * PAGE));
		check_same(later, PAGE, page, "the file");
	}
	check_fill(later, PAGE, 77);
	MUST(pwrite(writer, later, PAGE, 0));
	check_same(shared, PAGE, 77, "the shared mapping of a page that was written");
	MUST(unlink(NAME));
	return check_end();
}
