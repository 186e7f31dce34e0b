// SPDX-License-Identifier: GPL-2.0-only
/*
 * The auxiliary vector of a newborn tells of the CPU its exec ran on. Before its
 * first instruction it is made to tell of the CPU that will run it, on the stack
 * and in the copy that /proc shows.
 */
#include <linux/auxvec.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "image.h"

/* filled at module load from the loading process, read-only then */
static unsigned long own_hwcap, own_hwcap2, own_minsigstksz;

void ssi_auxv_init(void)
{
	const unsigned long *auxv = current->mm->saved_auxv;
	int i;

	for (i = 0; i + 1 < AT_VECTOR_SIZE && auxv[i] != AT_NULL; i += 2) {
		switch (auxv[i]) {
		case AT_HWCAP:
			own_hwcap = auxv[i + 1];
			break;
		case AT_HWCAP2:
			own_hwcap2 = auxv[i + 1];
			break;
		case AT_MINSIGSTKSZ:
			own_minsigstksz = auxv[i + 1];
			break;
		}
	}
}

static bool corrected(unsigned long type, unsigned long *value)
{
	switch (type) {
	case AT_HWCAP:
		*value = own_hwcap;
		return true;
	case AT_HWCAP2:
		*value = own_hwcap2;
		return true;
	case AT_MINSIGSTKSZ:
		*value = own_minsigstksz;
		return true;
	}
	return false;
}

/* sp points at argc, argv[], NULL, envp[], NULL, auxv[] */
static int correct_stack(unsigned long sp)
{
	unsigned long __user *at = (unsigned long __user *)sp;
	unsigned long argc, word, type;
	unsigned int i;

	if (get_user(argc, at))
		return -EFAULT;
	at += argc + 2;
	do {
		if (get_user(word, at++))
			return -EFAULT;
	} while (word);
	for (i = 0; i < AT_VECTOR_SIZE / 2; i++, at += 2) {
		if (get_user(type, at))
			return -EFAULT;
		if (type == AT_NULL)
			return 0;
		if (corrected(type, &word) && put_user(word, at + 1))
			return -EFAULT;
	}
	return -EINVAL;
}

int ssi_auxv_correct(struct ssi_image *image)
{
	unsigned long *auxv = current->mm->saved_auxv;
	int i;

	for (i = 0; i + 1 < AT_VECTOR_SIZE && auxv[i] != AT_NULL; i += 2)
		corrected(auxv[i], &auxv[i + 1]);
	return correct_stack(image->registers.general[19]);
}
