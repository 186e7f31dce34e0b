# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Debian's packages of firmware, which is not free software and so in a component that
# few machines have in their sources. They are fetched from the archives that this
# machine uses anyway, through an apt of our own; its configuration is not touched.
# Needs lib/debian.sh.

firmware_root=${XDG_CACHE_HOME:-$HOME/.cache}/dolmen/apt-firmware

# firmware_apt apt-get|apt-cache ARGUMENTS...
firmware_apt() {
	firmware_command=$1
	shift
	"$firmware_command" -q \
		-o Dir::Etc::sourcelist="$firmware_root/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o Dir::State::lists="$firmware_root/lists" -o Dir::State::status="$firmware_root/status" \
		-o Dir::Cache="$firmware_root/cache" -o APT::Architecture=amd64 -o APT::Sandbox::User=root "$@"
}

# Package lists of half a day are good enough; without a network older ones are.
firmware_update() {
	mkdir -p "$firmware_root/lists/partial" "$firmware_root/cache/archives/partial"
	: >"$firmware_root/status"
	debian_sources | sed 's/ [^ ]*$/ non-free-firmware/' | sort -u >"$firmware_root/sources.list.new"
	if cmp -s "$firmware_root/sources.list.new" "$firmware_root/sources.list" &&
		[ -n "$(find "$firmware_root/updated" -mmin -720 2>/dev/null)" ]; then
		return 0
	fi
	mv "$firmware_root/sources.list.new" "$firmware_root/sources.list"
	if firmware_apt apt-get update >"$firmware_root/log" 2>&1; then
		: >"$firmware_root/updated"
	fi
}

# "name=version SHA256" of those packages among "$@" that the archives have.
firmware_versions() {
	firmware_update
	firmware_apt apt-cache show --no-all-versions "$@" 2>/dev/null |
		sed -n 's/^Package: //p; s/^Version: //p; s/^SHA256: //p' | paste -d '= ' - - - | sort
}
