// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of an image: general, bases, and the extended state (x87, SSE,
 * AVX...) in the standard format of XSAVE as ptrace and core dumps have it.
 *
 * The extended state of another machine is accepted only with features that
 * this one has; a process that has just exec'ed has none in use.
 */
#include <linux/elf.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/regset.h>
#include <linux/sched/task_stack.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/fsgsbase.h>
#include <asm/prctl.h>
#include <asm/proto.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/vdso.h>

#include "image.h"

/* not in a public header; exported by the Dolmen kernel */
int copy_uabi_from_kernel_to_xstate(struct fpstate *fpstate, const void *kbuf, u32 *pkru);

#define XSTATE_BYTES_MAX	SZ_64K

static const struct user_regset *xstate_regset(void)
{
	const struct user_regset_view *view = task_user_regset_view(current);
	unsigned int i;

	for (i = 0; i < view->n; i++)
		if (view->regsets[i].core_note_type == NT_X86_XSTATE)
			return &view->regsets[i];
	return NULL;
}

static void put_general(struct ssi_writer *w, const struct pt_regs *regs)
{
	const u64 general[] = {
		regs->r15, regs->r14, regs->r13, regs->r12, regs->bp, regs->bx,
		regs->r11, regs->r10, regs->r9, regs->r8, regs->ax, regs->cx,
		regs->dx, regs->si, regs->di, regs->orig_ax, regs->ip, regs->cs,
		regs->flags, regs->sp, regs->ss,
	};
	unsigned int i;

	static_assert(ARRAY_SIZE(general) ==
		      sizeof_field(struct ssi_image_registers, general) / sizeof(u64));
	for (i = 0; i < ARRAY_SIZE(general); i++)
		ssi_put_u64(w, general[i]);
}

int ssi_capture_registers(struct ssi_writer *w)
{
	const struct user_regset *regset = xstate_regset();
	unsigned long fs_base, gs_base;
	struct membuf buffer;
	void *space;
	u32 bytes;

	put_general(w, current_pt_regs());
	preempt_disable();
	fs_base = x86_fsbase_read_cpu();
	gs_base = x86_gsbase_read_cpu_inactive();
	preempt_enable();
	ssi_put_u64(w, fs_base);
	ssi_put_u64(w, gs_base);

	if (!regset)
		return -EOPNOTSUPP;
	bytes = regset->n * regset->size;
	ssi_put_u32(w, bytes);
	space = ssi_put_space(w, bytes);
	if (!space)
		return w->error;
	memset(space, 0, bytes);
	buffer.p = space;
	buffer.left = bytes;
	return regset->regset_get(current, regset, buffer);
}

void ssi_decode_registers(struct ssi_cursor *c, struct ssi_image_registers *r)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(r->general); i++)
		r->general[i] = ssi_get_u64(c);
	r->fs_base = ssi_get_u64(c);
	r->gs_base = ssi_get_u64(c);
	r->xstate = ssi_get_blob(c, XSTATE_BYTES_MAX, &r->xstate_bytes);
	if (r->fs_base >= TASK_SIZE_MAX || r->gs_base >= TASK_SIZE_MAX ||
	    r->general[16] >= TASK_SIZE_MAX || r->general[19] >= TASK_SIZE_MAX ||
	    r->xstate_bytes < sizeof(struct fxregs_state))
		ssi_cursor_fail(c);
}

static int install_xstate(const struct ssi_image_registers *r)
{
	const struct user_regset *regset = xstate_regset();
	u32 mine, bytes;
	void *copy;
	int ret;

	if (!regset)
		return -EOPNOTSUPP;
	/* the kernel reads where its own features stand: never past the copy */
	mine = regset->n * regset->size;
	bytes = max(mine, r->xstate_bytes);
	copy = vzalloc(bytes);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, r->xstate, r->xstate_bytes);

	fpregs_lock();
	set_thread_flag(TIF_NEED_FPU_LOAD);
	ret = copy_uabi_from_kernel_to_xstate(current->thread.fpu.fpstate, copy,
					      &current->thread.pkru);
	current->thread.fpu.last_cpu = -1;
	fpregs_unlock();
	vfree(copy);
	return ret;
}

/* In a call that is made again, unless a signal comes first that ends it. */
static bool is_interrupted(const u64 *g)
{
	if (g[15] > INT_MAX)
		return false;
	switch ((long)g[10]) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return true;
	}
	return false;
}

/* Only what user mode may have: code and stack selectors and flags are ours. */
static void install_general(const u64 *g)
{
	struct pt_regs *regs = current_pt_regs();

	regs->r15 = g[0];
	regs->r14 = g[1];
	regs->r13 = g[2];
	regs->r12 = g[3];
	regs->bp = g[4];
	regs->bx = g[5];
	regs->r11 = g[6];
	regs->r10 = g[7];
	regs->r9 = g[8];
	regs->r8 = g[9];
	regs->ax = g[10];
	regs->cx = g[11];
	regs->dx = g[12];
	regs->si = g[13];
	regs->di = g[14];
	regs->orig_ax = is_interrupted(g) ? g[15] : -1;
	regs->ip = g[16];
	regs->flags = (g[18] & (X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF |
				X86_EFLAGS_SF | X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_AC |
				X86_EFLAGS_ID)) | X86_EFLAGS_FIXED | X86_EFLAGS_IF;
	regs->sp = g[19];
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	/* a signal's handler, or else the call again: the kernel's own way to user mode knows */
	if ((long)regs->orig_ax >= 0)
		set_thread_flag(TIF_NOTIFY_SIGNAL);
}

bool ssi_in_vdso(const struct pt_regs *regs)
{
	unsigned long vdso = (unsigned long)current->mm->context.vdso;

	return (long)regs->orig_ax < 0 && vdso && regs->ip >= vdso &&
	       regs->ip < vdso + vdso_image_64.size;
}

int ssi_image_install_registers(const struct ssi_image *image)
{
	const struct ssi_image_registers *r = &image->registers;
	int ret = install_xstate(r);

	if (ret)
		return ret;
	do_arch_prctl_64(current, ARCH_SET_FS, r->fs_base);
	do_arch_prctl_64(current, ARCH_SET_GS, r->gs_base);
	install_general(r->general);
	ssi_install_resumption(image);
	return 0;
}
