/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SSI_POLICY_NAMES_H
#define _SSI_POLICY_NAMES_H
#include <linux/types.h>

/*
 * A set of program names, made from text with one entry per line (or ended by
 * NUL). An entry that ends in '*' stands for all names that begin so. The set
 * never changes; to change it make another one.
 */
struct ssi_names;

/* the set or an ERR_PTR: -ENOMEM, -E2BIG. May sleep */
struct ssi_names *ssi_names_parse(const char *text, size_t bytes);
/* NULL is an empty set; any context */
bool ssi_names_have(const struct ssi_names *names, const char *name);
void ssi_names_free(struct ssi_names *names);	/* NULL is fine */
#endif /* _SSI_POLICY_NAMES_H */
