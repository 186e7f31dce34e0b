# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# node-base.cpio: a node's initramfs without our programs: busybox, drivers of
# network cards, NFS. Uncompressed: unpacking costs more than loading in a
# virtual machine, and who sends it over a network compresses it there.

# shellcheck source=appliance-config/lib/cpio.sh
. "$repo/appliance-config/lib/cpio.sh"
# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"
# shellcheck source=appliance-config/lib/modules.sh
. "$repo/appliance-config/lib/modules.sh"

recipe_files() {
	echo appliance-config/recipes/node-base.sh
	echo appliance-config/lib/cpio.sh
	echo appliance-config/lib/debian.sh
	echo appliance-config/lib/modules.sh
	echo appliance-config/packages/node-modules.list
	echo appliance-config/initramfs/node
}

kernel_product=${kernel_product:-kernel}
recipe_inputs() { echo "$kernel_product"; }

recipe_tools() { echo cpio modprobe depmod; }

recipe_packages() { dpkg-query -W -f '${Package}=${Version}\n' busybox-static; }

recipe_build() {
	kernel=$(input "$kernel_product")
	release=$(cat "$kernel/release")
	mkdir -p root/proc root/sys root/dev root/etc root/sbin root/usr/bin root/usr/sbin root/tmp root/root
	# udhcpc and wget are called as busybox's by the agent.
	busybox_into root sh blockdev cat cp echo env false find hostname ifconfig insmod ip kill ln ls lsmod \
		mkdir modprobe mount ping printf ps rm rmmod sed seq sleep sort stat sync sysctl tail test \
		top touch tr true umount uevent uname uptime xargs dmesg grep head id readlink reboot poweroff
	cp "$src/appliance-config/initramfs/node/init" root/init
	mkdir -p root/usr/lib/dolmen
	cp "$src/appliance-config/initramfs/node/hotplug" "$src/appliance-config/initramfs/node/dhcp-event" \
		root/usr/lib/dolmen/
	chmod 1777 root/tmp
	printf 'root:x:0:0:root:/root:/bin/sh\n' >root/etc/passwd
	printf 'root:x:0:\n' >root/etc/group
	node_modules "$kernel" "$src/appliance-config/packages/node-modules.list" >list
	while read -r file; do
		mkdir -p "root/$(dirname "$file")"
		cp "$kernel/modules/$file" "root/$file"
	done <list
	for table in modules.builtin modules.builtin.modinfo modules.order; do
		cp "$kernel/modules/lib/modules/$release/$table" "root/lib/modules/$release/"
	done
	depmod -b root "$release"
	cpio_of root "$out/node-base.cpio"
	cp list "$out/modules.list"
}
