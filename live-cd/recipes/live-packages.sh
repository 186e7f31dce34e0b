# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # variables of ../../artifact
#
# The same for the live image: all of Debian that is in it. So the image itself
# has only our own packages to install.

package_lists='appliance-config/packages/head.list live-cd/packages/live.list'
# shellcheck source=appliance-config/recipes/head-packages.sh
. "$repo/appliance-config/recipes/head-packages.sh"
