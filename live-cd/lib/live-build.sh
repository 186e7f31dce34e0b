# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# live-build as this project uses it. $suite and functions of
# appliance-config/lib/debian.sh are needed.

# The first archive of this machine's apt whose release is $1; silent if none.
live_mirror() { debian_sources | awk -v release="$1" '$3 == release { print $2; exit }'; }

live_components() { debian_sources | awk '{ print $4 }' | sort -u | paste -sd ' ' -; }

# Whether this machine's apt has the release $1, in live-build's words.
live_has() { [ -n "$(live_mirror "$1")" ] && echo true || echo false; }

# Writes live-build's configuration below config/, for the kernel of release $1,
# compressed with level $2. Every mirror option has to be given: live-build has
# servers of its own for those that are not.
live_configure() {
	# shellcheck disable=SC2154
	live_main=$(live_mirror "$debian_suite")
	live_security=$(live_mirror "$debian_suite-security")
	set -- "${1%-*}" "${1##*-}" "$2" "$(live_components)"
	lb config noauto \
		--mode debian --distribution "$debian_suite" --architectures amd64 \
		--archive-areas "$4" --parent-archive-areas "$4" \
		--mirror-bootstrap "$live_main" --parent-mirror-bootstrap "$live_main" \
		--mirror-chroot "$live_main" --parent-mirror-chroot "$live_main" \
		--mirror-binary "$live_main" --parent-mirror-binary "$live_main" \
		--mirror-debian-installer "$live_main" --parent-mirror-debian-installer "$live_main" \
		--mirror-chroot-security "$live_security" --parent-mirror-chroot-security "$live_security" \
		--mirror-binary-security "$live_security" --parent-mirror-binary-security "$live_security" \
		--security "$(live_has "$debian_suite-security")" --updates "$(live_has "$debian_suite-updates")" \
		--backports false \
		--apt-recommends false --apt-indices false --apt-source-archives false \
		--cache-packages false --cache-indices false \
		--build-with-chroot false \
		--linux-packages "linux-image-$1" --linux-flavours "$2" \
		--initramfs live-boot --initsystem systemd --system live \
		--debian-installer none --firmware-chroot false --firmware-binary false \
		--memtest none --win32-loader false --loadlin false \
		--chroot-filesystem squashfs \
		--chroot-squashfs-compression-type zstd --chroot-squashfs-compression-level "$3" \
		--binary-images iso-hybrid --bootloaders syslinux,grub-efi --uefi-secure-boot disable \
		--bootappend-live "$live_arguments" --bootappend-live-failsafe none \
		--checksums sha256 --zsync false --image-name dolmen \
		--iso-volume DOLMEN --iso-application Dolmen --iso-publisher Dolmen
	# What it would install, and what it would do with python's caches.
	rm -f config/package-lists/* config/hooks/normal/9010-remove-python-pyc.hook.chroot
	debian_transport >config/apt/apt.conf
}

# Arguments of the kernel: see the README.
live_arguments='boot=live live-media=/dev/disk/by-label/DOLMEN skipconfig overlay-size=60% console=tty0 console=ttyS0,115200'

# Certificates that this machine's apt trusts archives with go where apt in the
# new root $1 looks for them; printed, so that they can be removed again.
live_certificates() {
	debian_transport | sed -n 's/^Acquire::https\{0,1\}::[^ ]*\(CaInfo\|SslCert\|SslKey\) "\(.*\)";$/\2/p' >certificates
	! debian_sources | grep -q ' https:' || echo /etc/ssl/certs/ca-certificates.crt >>certificates
	while read -r live_file; do
		[ -e "$1$live_file" ] || { install -D "$live_file" "$1$live_file" && echo "$live_file"; }
	done <certificates
}
