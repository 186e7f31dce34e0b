# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016,SC2034,SC2154,SC2164 # variables and -e of ../../artifact
#
# The source package that demonstrations compile (qa-vm compiles the same), to
# be on the live image.

# shellcheck source=appliance-config/lib/debian.sh
. "$repo/appliance-config/lib/debian.sh"

demo_source=libtommath

recipe_files() { echo appliance-config/lib/debian.sh; }

recipe_packages() {
	apt-cache show --no-all-versions "${demo_source}1" | sed -n "s/^Version: /$demo_source=/p"
}

recipe_build() {
	mkdir -p lists/partial archives/partial
	debian_sources | sed 's/^deb /deb-src /' >sources.list
	debian_transport >transport
	set -- -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD" -o APT::Sandbox::User=root
	apt-get -c transport "$@" update
	transport=$PWD/transport
	cd "$out"
	apt-get -c "$transport" "$@" source --download-only "$demo_source"
}
