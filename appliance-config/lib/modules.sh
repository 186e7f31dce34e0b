# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Which kernel modules a node gets.

# Prints the files of the modules in the list file $2 and of all they need, below
# modules/ of the kernel product $1. Needs lib/debian.sh.
node_modules() {
	for modules_name in $(debian_names "$2"); do
		modprobe --dirname="$1/modules" --set-version="$(cat "$1/release")" --show-depends "$modules_name" || return 1
	done | sed -n "s|^insmod $1/modules/\([^ ]*\).*|\1|p" | sort -u
}
