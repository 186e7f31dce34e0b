// SPDX-License-Identifier: GPL-2.0-only
/*
 * A set of program names: full names in a sorted array for binary search, and
 * the few "begins with" entries in a second one that is searched in order.
 */
#include <linux/bsearch.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <uapi/dolmen.h>

#include "names.h"

struct ssi_names {
	size_t full;		/* entries of @entries that are full names */
	size_t count;		/* with the prefixes that follow them */
	char *text;		/* entries point into it */
	const char *entries[] __counted_by(count);
};

static bool is_separator(char c)
{
	return c == '\0' || c == '\n';
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_key(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

/* the entry's length; @at moves behind it */
static size_t next_entry(const char *text, size_t bytes, size_t *at)
{
	size_t start = *at, end = *at;

	while (end < bytes && !is_separator(text[end]))
		end++;
	*at = end + 1;
	return end - start;
}

static size_t count_entries(const char *text, size_t bytes)
{
	size_t at = 0, count = 0;

	while (at < bytes)
		if (next_entry(text, bytes, &at))
			count++;
	return count;
}

struct ssi_names *ssi_names_parse(const char *text, size_t bytes)
{
	size_t count, at = 0, prefixes;
	struct ssi_names *names;

	if (bytes > DOLMEN_LIST_BYTES_MAX)
		return ERR_PTR(-E2BIG);
	count = count_entries(text, bytes);
	names = kvzalloc(struct_size(names, entries, count), GFP_KERNEL);
	if (!names)
		return ERR_PTR(-ENOMEM);
	names->count = count;
	/* one byte more, so that the last entry ends too */
	names->text = kvzalloc(bytes + 1, GFP_KERNEL);
	if (!names->text) {
		kvfree(names);
		return ERR_PTR(-ENOMEM);
	}
	memcpy(names->text, text, bytes);

	prefixes = count;
	while (at < bytes) {
		char *entry = names->text + at;
		size_t length = next_entry(text, bytes, &at);

		if (!length)
			continue;
		entry[length] = '\0';
		if (entry[length - 1] == '*') {
			entry[length - 1] = '\0';
			names->entries[--prefixes] = entry;
		} else {
			names->entries[names->full++] = entry;
		}
	}
	sort(names->entries, names->full, sizeof(*names->entries), compare,
	     NULL);
	return names;
}

bool ssi_names_have(const struct ssi_names *names, const char *name)
{
	size_t i;

	if (!names)
		return false;
	if (bsearch(name, names->entries, names->full, sizeof(*names->entries),
		    compare_key))
		return true;
	for (i = names->full; i < names->count; i++)
		if (str_has_prefix(name, names->entries[i]) ||
		    !*names->entries[i])
			return true;
	return false;
}

void ssi_names_free(struct ssi_names *names)
{
	if (!names)
		return;
	kvfree(names->text);
	kvfree(names);
}
