# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # variables of ../../artifact
#
# The same kernel with lockdep, KASAN, kmemleak and hung-task panic. Made on
# demand only: it takes another 25 minutes.

kernel_flavour=debug
kernel_fragments='base hardware appliance ssi debug'
# shellcheck source=kernel/recipes/kernel.sh
. "$repo/kernel/recipes/kernel.sh"
