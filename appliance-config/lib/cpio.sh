# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Archives for the kernel's initramfs, equal for equal trees.

# Writes the tree $1 to the file $2; a multiple of 4 bytes, so that another
# archive can follow.
cpio_of() {
	find "$1" -exec touch -h -d @"${SOURCE_DATE_EPOCH:-1767225600}" {} +
	(cd "$1" && find . -mindepth 1 | sort |
		cpio --quiet --create --format=newc --owner=+0:+0 --reproducible) >"$2"
}

# Busybox under the names "$2"... in $1/bin.
busybox_into() {
	busybox_root=$1
	shift
	mkdir -p "$busybox_root/bin"
	cp /bin/busybox "$busybox_root/bin/"
	for busybox_name in "$@"; do
		ln -s busybox "$busybox_root/bin/$busybox_name"
	done
}
