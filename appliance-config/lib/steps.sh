# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# What ./test and ./demo have in common: packages, build, progress. Sourced
# with $repo set; $build is where things are built.

. "$repo/appliance-config/lib/debian.sh"

build=$repo/build-ci
export CCACHE_DIR="${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dolmen/ccache}"
steps_began=$(date +%s)

# Minutes and seconds since the start.
steps_elapsed() {
	steps_seconds=$(($(date +%s) - steps_began))
	printf '%d:%02d' $((steps_seconds / 60)) $((steps_seconds % 60))
}

# step WHAT ESTIMATE: announces a step.
step() { printf '[%s] %s (%s)\n' "$(steps_elapsed)" "$1" "$2"; }

stop() {
	printf '[%s] %s\n' "$(steps_elapsed)" "$1" >&2
	exit 1
}

# Images are made of files owned by root.
become_root() {
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || stop "must be root: images are made of root's files"
	exec sudo -- "$@"
}

install_packages() {
	missing=
	for package in $(debian_names "$repo/appliance-config/packages/builder.list"); do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			missing="$missing $package"
	done
	lists_old=$(find /var/lib/apt/lists -maxdepth 1 -name '*_InRelease' -mmin -720 2>/dev/null | head -n 1)
	if [ -n "$missing" ] || [ -z "$lists_old" ]; then
		step "package lists" "seconds"
		apt-get -qq update || echo "no new package lists: going on with those that are here"
	fi
	[ -n "$missing" ] || return 0
	step "installing$missing" "3 min on a fresh system"
	# shellcheck disable=SC2086 # names
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null ||
		stop "apt-get could not install what is needed (appliance-config/packages/builder.list)"
}

build_programs() {
	step "programs" "3 min cold, seconds warm"
	cmake --preset ci -S "$repo" >"$build.log" 2>&1 || { tail -n 20 "$build.log"; stop "cmake failed, log: $build.log"; }
	cmake --build "$build" >>"$build.log" 2>&1 || { tail -n 40 "$build.log"; stop "the build failed, log: $build.log"; }
}

build_images() {
	step "kernel, module, head root, images" "20 min cold, half a minute warm"
	cmake --build "$build" --target images || stop "the images could not be built"
}

build_plain_head() {
	step "a plain Debian with the packages" "3 min cold, 1 min warm"
	cmake --build "$build" --target plain-head || stop "the packages could not be installed on a plain Debian"
}

build_iso() {
	step "packages, live image" "8 min cold, 2 min warm"
	cmake --build "$build" --target iso || stop "the live image could not be built"
}
