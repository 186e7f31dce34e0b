# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# The Dolmen kernel: Debian's source + patches + configuration, as two packages
# and, next to them, what other recipes and module builds take out of them:
#   *.deb           linux-image and linux-headers
#   release         text of uname -r
#   vmlinuz config Module.symvers
#   modules/        as unpacked in /
#   headers/        what KDIR is for a module build

kernel_flavour=${kernel_flavour:-}
kernel_fragments=${kernel_fragments:-base hardware appliance ssi}
kernel_series=6.12

recipe_files() {
	echo kernel/tested-version
	echo kernel/recipes/kernel.sh
	echo kernel/patches
	for fragment in $kernel_fragments; do echo "kernel/config/$fragment.config"; done
}

recipe_tools() { echo gcc ld make pahole bison flex; }

recipe_packages() {
	dpkg-query -W -f '${Package}=${Version}\n' "linux-source-$kernel_series" libelf-dev libssl-dev debhelper
}

recipe_needs_mb() { echo 9000; }

# The series is pinned, the version is not: Debian removes an old one when a
# newer one is there. So any is taken to which all patches apply exactly.
kernel_unpack() {
	version=$(dpkg-query -W -f '${Version}' "linux-source-$kernel_series")
	tested=$(cat "$src/kernel/tested-version")
	[ "$version" = "$tested" ] || echo "note: source $version, last tested was $tested"
	tar -xf "/usr/src/linux-source-$kernel_series.tar.xz"
	cd "linux-source-$kernel_series"
	for change in "$src"/kernel/patches/*.patch; do
		patch -p1 --fuzz=0 --no-backup-if-mismatch <"$change"
	done
}

kernel_configure() {
	kernel_make x86_64_defconfig kvm_guest.config
	set --
	for fragment in $kernel_fragments; do set -- "$@" "$src/kernel/config/$fragment.config"; done
	scripts/kconfig/merge_config.sh -m .config "$@"
	kernel_make olddefconfig
}

# The compiler's words and these names are what makes ccache know a file again.
kernel_make() {
	make CC='ccache gcc' HOSTCC='ccache gcc' "$@"
}

recipe_build() {
	export KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=dolmen KBUILD_BUILD_HOST=dolmen
	export CCACHE_DIR="${CCACHE_DIR:-$cache/ccache}"
	export KDEB_COMPRESS=zstd DEBEMAIL=dolmen@localhost DEBFULLNAME=Dolmen
	ccache --max-size=5G
	kernel_unpack
	kernel_configure
	kernel_make -j "$(nproc)" KDEB_PKGVERSION="$(kernel_make -s kernelversion)-1" bindeb-pkg
	release=$(cat include/config/kernel.release)
	kernel_take
}

kernel_take() {
	rm -f ../linux-libc-dev_*.deb
	cp ../linux-image-"$release"_*.deb ../linux-headers-"$release"_*.deb "$out"/
	cp .config "$out/config"
	cp Module.symvers "$out/"
	printf '%s\n' "$release" >"$out/release"
	mkdir "$out/modules"
	dpkg-deb --extract "$out"/linux-image-*.deb "$out/modules"
	mv "$out/modules/boot/vmlinuz-$release" "$out/vmlinuz"
	rm -rf "$out/modules/boot" "$out/modules/etc" "$out/modules/usr" "$out/modules/lib/modules/$release/build"
	dpkg-deb --extract "$out"/linux-headers-*.deb unpacked
	mv "unpacked/usr/src/linux-headers-$release" "$out/headers"
	ccache --show-stats
}
