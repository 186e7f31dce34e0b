# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# head-base.cpio: initramfs of a head booted directly, without our programs.

# shellcheck source=appliance-config/lib/cpio.sh
. "$repo/appliance-config/lib/cpio.sh"

recipe_files() {
	echo appliance-config/lib/cpio.sh
	echo appliance-config/initramfs/head
}

recipe_tools() { echo cpio; }

recipe_packages() { dpkg-query -W -f '${Package}=${Version}\n' busybox-static; }

recipe_build() {
	mkdir -p root/proc root/sys root/dev root/lower root/upper root/newroot root/usr/lib/dolmen
	busybox_into root sh mount umount mkdir cat cp ln sleep switch_root
	cp "$src/appliance-config/initramfs/head/init" root/init
	cp "$src/appliance-config/initramfs/head/solo-init" root/usr/lib/dolmen/
	cpio_of root "$out/head-base.cpio"
}
