# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# firmware.img: a second initramfs archive with the firmware that exactly the drivers in
# a node's first one ask for, and its licences. Without a source of Debian's
# non-free-firmware there is none: cards that can do without still work. "missing" names
# what was asked for and not found.

# shellcheck source=appliance-config/lib/cpio.sh
. "$repo/appliance-config/lib/cpio.sh"
# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"
# shellcheck source=appliance-config/lib/firmware.sh
. "$repo/appliance-config/lib/firmware.sh"
# shellcheck source=appliance-config/lib/modules.sh
. "$repo/appliance-config/lib/modules.sh"

recipe_files() {
	echo appliance-config/lib/cpio.sh
	echo appliance-config/lib/debian.sh
	echo appliance-config/lib/firmware.sh
	echo appliance-config/lib/modules.sh
	echo appliance-config/packages/node-firmware.list
	echo appliance-config/packages/node-modules.list
}

recipe_inputs() { echo kernel; }

recipe_tools() { echo cpio zstd; }

recipe_packages() {
	# shellcheck disable=SC2046 # names
	firmware_versions $(debian_names "$repo/appliance-config/packages/node-firmware.list")
}

recipe_build() {
	kernel=$(input kernel)
	node_modules "$kernel" "$src/appliance-config/packages/node-modules.list" |
		sed "s|^|$kernel/modules/|" | xargs modinfo -F firmware | sort -u >wanted
	packages=$(debian_versions "$facts")
	if [ -z "$packages" ]; then
		cp wanted "$out/missing"
		return
	fi
	# shellcheck disable=SC2086 # names with versions
	firmware_apt apt-get download $packages
	for package in ./*.deb; do
		dpkg-deb -x "$package" all
	done
	mkdir -p root/lib/firmware root/usr/share/doc
	: >"$out/missing"
	while read -r name; do
		found=$(find all/lib/firmware all/usr/lib/firmware -path "*/firmware/$name" 2>/dev/null | head -n 1)
		if [ -z "$found" ]; then
			echo "$name" >>"$out/missing"
			continue
		fi
		mkdir -p "root/lib/firmware/$(dirname "$name")"
		cp -L "$found" "root/lib/firmware/$name"
	done <wanted
	for package in $packages; do
		install -D -m 644 "all/usr/share/doc/${package%%=*}/copyright" "root/usr/share/doc/${package%%=*}/copyright"
	done
	cpio_of root firmware.cpio
	zstd -q -19 firmware.cpio -o "$out/firmware.img"
	printf '%s\n' "$packages" >"$out/packages"
}
