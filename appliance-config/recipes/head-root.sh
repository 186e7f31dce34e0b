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
	echo appliance-config/packages/head-masked.list
}

kernel_product=${kernel_product:-kernel}
recipe_inputs() { echo "$kernel_product" head-packages; }

recipe_tools() { echo mksquashfs zstd systemctl; }

recipe_needs_mb() { echo 2500; }

head_users() {
	chroot root groupadd --system dolmen
	chroot root useradd --uid 1000 --create-home --shell /bin/bash --groups dolmen demo
	chroot root passwd --quiet --lock demo
}

head_units() {
	systemctl --root=root preset-all
	for unit in $(debian_names "$src/appliance-config/packages/head-masked.list"); do
		ln -sfn /dev/null "root/etc/systemd/system/$unit"
	done
	ln -sfn /lib/systemd/system/multi-user.target root/etc/systemd/system/default.target
}

# What must differ between two heads is made when they start.
head_clean() {
	rm -f root/etc/ssh/ssh_host_* root/var/lib/dbus/machine-id root/etc/resolv.conf
	rm -rf root/var/log/* root/var/cache/apt/* root/var/lib/apt/lists/* root/tmp/* root/run/*
	mkdir -p root/var/log/journal
	rmdir root/var/log/journal
	: >root/etc/machine-id
	# rpc.mountd of bookworm crashes without it
	ln -sfn ../proc/self/mounts root/etc/mtab
}

recipe_build() {
	mkdir root
	zstd -dc "$(input head-packages)/root.tar.zst" | tar -x --numeric-owner --xattrs -C root
	cp -a "$(input "$kernel_product")/modules/lib/modules" root/usr/lib/
	chown -R 0:0 root/usr/lib/modules
	cp -r --preserve=mode "$src/appliance-config/head/." root/
	chmod 440 root/etc/sudoers.d/*
	cp root/usr/share/doc/apt/examples/sources.list root/etc/apt/sources.list
	head_users
	head_units
	head_clean
	depmod -b root "$(cat "$(input "$kernel_product")/release")"
	mksquashfs root "$out/root.squashfs" -comp zstd -Xcompression-level 3 -b 1M -noappend -no-progress
	rm -rf root
}
