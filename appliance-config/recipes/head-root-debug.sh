# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # variables of ../../artifact
#
# The same with the debug flavour of the kernel.

kernel_product='kernel-debug'
# shellcheck source=appliance-config/recipes/head-root.sh
. "$repo/appliance-config/recipes/head-root.sh"
