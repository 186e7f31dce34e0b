# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# root.tar.zst: Debian's minimal system + packages/head.list, as dpkg leaves it.
# Others name lists of their own in $package_lists.

# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"

package_lists=${package_lists:-appliance-config/packages/head.list}

recipe_files() {
	echo appliance-config/recipes/head-packages.sh
	echo appliance-config/lib/debian.sh
	for list in $package_lists; do echo "$list"; done
}

# Names in the lists below the directory $1.
listed_packages() {
	for list in $package_lists; do debian_names "$1/$list"; done
}

recipe_tools() { echo mmdebstrap zstd; }

recipe_packages() {
	# shellcheck disable=SC2046 # names
	debian_resolve "$scratch" $(listed_packages "$repo")
}

recipe_needs_mb() { echo 3000; }

recipe_build() {
	debian_sources >sources.list
	debian_transport >transport
	names=$(listed_packages "$src" | paste -sd, -)
	# Documentation is most of the files and none of the use; apt's example
	# list of sources becomes the one of the image.
	mmdebstrap --variant=minbase --architectures=amd64 --include="$names" \
		--aptopt="$PWD/transport" \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-include=/usr/share/doc/*/copyright' \
		--dpkgopt='path-include=/usr/share/doc/apt/examples/sources.list' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook='dpkg-query --root="$1" -W -f "\${Package}=\${Version}\n" | sort >installed' \
		--customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/var/cache/ldconfig/aux-cache' \
		"$debian_suite" root.tar sources.list
	debian_versions "$facts" >resolved
	if ! diff -u resolved installed; then
		apt-get update
		echo "the archive has newer packages than this machine's package lists knew; lists updated"
		exit 75
	fi
	zstd -q -3 -T0 root.tar -o "$out/root.tar.zst"
	cp installed "$out/packages"
}
