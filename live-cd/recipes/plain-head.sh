# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# A plain Debian 12 on whose disk our packages were installed, with no step
# beside it: root.img, and the kernel and initrd that its boot loader would load.
# The packages are those in $DOLMEN_DEBS (target debs).

# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"

# beside what a minimal installation has
plain_names='initramfs-tools openssh-server sudo dbus libpam-systemd gcc libc6-dev make'

recipe_files() { echo appliance-config/lib/debian.sh; }

recipe_outside() {
	[ -d "${DOLMEN_DEBS-}" ] || die "plain-head: it is made from our packages: cmake --build build --target plain-head"
	find "$DOLMEN_DEBS" -name '*.deb'
}

recipe_tools() { echo mmdebstrap; }

recipe_packages() {
	# shellcheck disable=SC2086 # names
	debian_resolve "$scratch" '?priority(important)' $plain_names
}

recipe_needs_mb() { echo 6000; }

# What was typed there, and what the installer of the system had asked for.
plain_setup() {
	cat <<'END'
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get install --yes --no-install-recommends /var/tmp/debs/dolmen-*.deb /var/tmp/debs/linux-image-*.deb
rm -rf /var/tmp/debs
apt-get clean
echo '/dev/vda / ext4 errors=remount-ro 0 1' >/etc/fstab
echo plain >/etc/hostname
echo '127.0.0.1 localhost plain' >/etc/hosts
: >/etc/machine-id
useradd --create-home --shell /bin/bash demo
# it belongs to the harness; nothing else would start it
systemctl enable qa-agent.service
END
}

recipe_build() {
	debian_sources >sources.list
	debian_transport >transport
	mkdir debs
	cp "$src"/outside/*.deb debs/
	plain_setup >setup
	mmdebstrap --variant=important --architectures=amd64 --include="$(echo "$plain_names" | tr ' ' ,)" \
		--aptopt="$PWD/transport" \
		--customize-hook='copy-in debs /var/tmp' \
		--customize-hook='chroot "$1" sh -s <setup' \
		--customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap' \
		"$debian_suite" root sources.list
	cp -L root/boot/vmlinuz-*dolmen "$out/vmlinuz"
	cp -L root/boot/initrd.img-*dolmen "$out/initrd.img"
	mke2fs -q -t ext4 -L plain -d root "$out/root.img" 3G
	rm -rf root debs
}
