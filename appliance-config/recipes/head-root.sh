# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# root.squashfs: the head's root as it will be on the live image: packages,
# kernel modules, configuration (appliance-config/head/). Our own programs and
# the module of the day come on top of it with the initramfs.

# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"

recipe_files() {
	echo appliance-config/recipes/head-root.sh
	echo appliance-config/lib/debian.sh
	echo appliance-config/head
	echo appliance-config/live-setup
	echo appliance-config/packages/head-masked.list
}

kernel_product=${kernel_product:-kernel}
recipe_inputs() { echo "$kernel_product" head-packages; }

recipe_tools() { echo mksquashfs zstd; }

recipe_needs_mb() { echo 2500; }

head_clean() {
	rm -f root/etc/resolv.conf
	rm -rf root/var/log/* root/var/cache/apt/* root/var/lib/apt/lists/* root/tmp/* root/run/*
	mkdir -p root/var/log/journal
	rmdir root/var/log/journal
}

recipe_build() {
	mkdir root
	zstd -dc "$(input head-packages)/root.tar.zst" | tar -x --numeric-owner --xattrs -C root
	cp -a "$(input "$kernel_product")/modules/lib/modules" root/usr/lib/
	chown -R 0:0 root/usr/lib/modules
	cp -r --preserve=mode "$src/appliance-config/head/." root/
	# shellcheck disable=SC2046 # names
	chroot root sh -s -- $(debian_names "$src/appliance-config/packages/head-masked.list") \
		<"$src/appliance-config/live-setup"
	head_clean
	depmod -b root "$(cat "$(input "$kernel_product")/release")"
	mksquashfs root "$out/root.squashfs" -comp zstd -Xcompression-level 3 -b 1M -noappend -no-progress
	rm -rf root
}
