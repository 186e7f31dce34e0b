# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# dolmen.iso: the head as a live image for CD and USB, BIOS and UEFI. Debian's
# part comes from the product live-packages, ours from the packages in
# $DOLMEN_DEBS (target debs); $DOLMEN_ISO_LEVEL is the compression, 1 to 22.

# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"
# shellcheck source=live-cd/lib/live-build.sh
. "$repo/live-cd/lib/live-build.sh"

recipe_files() {
	echo appliance-config/lib/debian.sh
	echo appliance-config/head
	echo appliance-config/live-setup
	echo appliance-config/packages/head-masked.list
	echo appliance-config/packages/head-live-only.list
	echo live-cd/lib/live-build.sh
	echo live-cd/config
}

recipe_outside() {
	[ -d "${DOLMEN_DEBS-}" ] || die "iso: it is made from our packages: cmake --build build --target iso"
	find "$DOLMEN_DEBS" -name '*.deb'
	echo "$DOLMEN_DEBS/version"
}

recipe_inputs() { echo live-packages demo-source node-firmware; }

recipe_tools() { echo xorriso mksquashfs cpio zstd; }

recipe_packages() {
	dpkg-query -W -f '${Package}=${Version}\n' live-build isolinux syslinux-common grub-common \
		grub-efi-amd64-bin grub-efi-ia32-bin mtools dosfstools
}

recipe_options() { echo "compression ${DOLMEN_ISO_LEVEL:-3}"; }

recipe_needs_mb() { echo 5000; }

recipe_build() {
	debs=$src/outside
	release=$(dpkg-deb -f "$(echo "$debs"/linux-image-*.deb)" Package | sed 's/^linux-image-//')
	live_configure "$release" "${DOLMEN_ISO_LEVEL:-3}"
	iso_configure
	# In place of live-build's first stage, which is debootstrap's.
	mkdir -p chroot .build
	zstd -dc "$(input live-packages)/root.tar.zst" | tar -x --numeric-owner --xattrs -C chroot
	: >.build/bootstrap
	live_certificates chroot >added
	lb chroot
	iso_finish
	iso_check
	# It is left out without a second root in the root, but its stage is asked for.
	: >.build/binary_chroot
	MKSQUASHFS_OPTIONS='-b 256K' lb binary
	mv dolmen-amd64.hybrid.iso "$out/dolmen.iso"
	cp "$debs/version" "$out/"
	cp installed "$out/packages"
	iso_sources >"$out/sources"
	(cd "$out" && sha256sum dolmen.iso >dolmen.iso.sha256)
	iso_size
}

# Our part of live-build's configuration.
iso_configure() {
	cp -a "$src/live-cd/config/." config/
	ln -s /usr/lib/syslinux/modules/bios/menu.c32 config/bootloaders/isolinux/
	# It lies on the medium, beside the root.
	echo 'boot/initrd.img-*' >config/rootfs/excludes
	mkdir -p config/packages.chroot
	cp "$debs"/*.deb config/packages.chroot/
	for deb in "$debs"/dolmen-*.deb; do dpkg-deb -f "$deb" Package; done >config/package-lists/dolmen.list.chroot
	cp "$debs/version" config/dolmen-version
	hook=config/hooks/normal/0500-setup.hook.chroot
	{
		echo '#!/bin/sh'
		echo "set -- $(debian_names "$src/appliance-config/packages/head-masked.list" | paste -sd ' ' -)"
		cat "$src/appliance-config/live-setup"
	} >"$hook"
	chmod +x "$hook"
	includes=config/includes.chroot_after_packages
	mkdir -p "$includes/etc/dolmen"
	for file in $(debian_names "$src/appliance-config/packages/head-live-only.list"); do
		(cd "$src/appliance-config/head" && cp --parents --preserve=mode "$file" "$work/$includes/")
	done
	cp "$debs/version" "$includes/etc/dolmen/version"
	mkdir -p "$includes/usr/src"
	cp "$(input demo-source)"/*.orig.tar.* "$(input demo-source)"/*.dsc "$(input demo-source)"/*.debian.tar.* "$includes/usr/src/"
	iso_firmware "$includes"
}

# The head's cards want the same firmware as the nodes'.
iso_firmware() {
	if [ ! -f "$(input node-firmware)/firmware.img" ]; then
		say "note: no firmware of network cards in the image: no archive with non-free-firmware"
		return
	fi
	mkdir firmware
	zstd -dc "$(input node-firmware)/firmware.img" | (cd firmware && cpio --quiet -id)
	mkdir -p "$1/usr/lib"
	cp -a firmware/lib/firmware "$1/usr/lib/"
	cp -a firmware/usr/share "$1/usr/"
}

# What live-build leaves of the machine it runs on.
iso_finish() {
	while read -r file; do rm -f "chroot$file"; done <added
	cp chroot/usr/share/doc/apt/examples/sources.list chroot/etc/apt/sources.list
	# mmdebstrap's, from the builder's
	rm -f chroot/etc/apt/sources.list.d/*
	rm -rf chroot/var/lib/apt/lists chroot/var/cache/apt chroot/tmp/* chroot/var/tmp/*
	mkdir -p chroot/var/lib/apt/lists/partial chroot/var/cache/apt/archives/partial
	find chroot/var/log -type f -delete
	rm -f chroot/etc/resolv.conf chroot/var/cache/ldconfig/aux-cache
}

# The packages are those of the key, and nothing secret or of this machine is in.
iso_check() {
	debian_versions "$(input live-packages).facts" >resolved
	dpkg-query --root=chroot -W -f '${Package}=${Version}\n' | sort >installed
	comm -23 resolved installed >missing
	if [ -s missing ]; then
		cat missing
		apt-get update
		echo "the archive has newer packages than this machine's package lists knew; lists updated"
		exit 75
	fi
	for host in $(debian_sources | sed 's|^deb [a-z]*://\([^/:]*\).*|\1|' | sort -u); do
		grep -q "//$host/" chroot/usr/share/doc/apt/examples/sources.list || ! grep -rlF -- "$host" chroot ||
			iso_bad "the builder's mirror is named in the files above"
	done
	[ ! -s chroot/etc/machine-id ] || iso_bad "a machine id"
	find chroot/etc/ssh/ssh_host_* chroot/root/.ssh chroot/home/*/.ssh chroot/root/.*_history chroot/etc/ssl/private \
		chroot/var/lib/systemd/random-seed chroot/var/lib/dbus/machine-id -type f 2>/dev/null >secrets || :
	[ ! -s secrets ] || { cat secrets; iso_bad "these files may be secrets"; }
	! grep -E '^[^:]*:[^:!*]' chroot/etc/shadow || iso_bad "an account with a password"
}

# SOURCE VERSION of all of Debian that is on the medium: boot loaders and what nodes
# have of this machine too.
iso_sources() {
	{
		dpkg-query --root=chroot -W -f '${source:Package} ${source:Version}\n'
		dpkg-query -W -f '${source:Package} ${source:Version}\n' isolinux grub-efi-amd64-bin \
			busybox-static libc6 libstdc++6
	} | grep -v -e '^dolmen ' -e '^linux-upstream ' | sort -u
}

iso_bad() {
	echo "not fit to be given away: $1"
	exit 1
}

iso_size() {
	size=$(stat -c %s "$out/dolmen.iso")
	echo "size: $((size >> 20)) MiB"
	[ "$size" -le $((700 << 20)) ] || iso_bad "larger than 700 MiB"
}
