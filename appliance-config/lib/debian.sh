# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2016
#
# Debian's packages as this machine gets them: archive, keys and transport come
# from its own apt configuration, nothing else of that configuration does.

debian_suite=bookworm

# Lines for a sources.list; other archives the machine uses are left out.
debian_sources() {
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
		sed -n "s/^Debian ${debian_suite}[^ ]* //p" | sort -u
}

# How this machine talks to archives: proxies, retries, checks of dates.
debian_transport() {
	apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries|ForceIPv|Check-|Languages)' || true
}

# Package names of list files: one a line, "#" starts a comment.
debian_names() { sed 's/#.*//' "$@" | tr -s "[:blank:]" "\n" | sed '/^$/d'; }

# "name=version SHA256" of all that a minimal system with the packages "$@" consists of;
# $1: a scratch directory.
debian_resolve() {
	debian_scratch=$1
	shift
	# apt parses the lists in seconds once and then only if they changed.
	debian_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dolmen/apt
	mkdir -p "$debian_cache"
	debian_sources >"$debian_scratch/sources.list"
	apt-get --print-uris --yes --no-install-recommends -o Acquire::ForceHash=SHA256 \
		-o Dir::Cache="$debian_cache" -o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache=srcpkgcache.bin \
		-o Dir::State::status=/dev/null -o APT::Architecture=amd64 \
		-o Dir::Etc::sourcelist="$debian_scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		install '?essential' '?priority(required)' apt "$@" >"$debian_scratch/uris" ||
		{ tail -n 20 "$debian_scratch/uris" >&2; return 1; }
	# 'URI' NAME_VERSION_ARCHITECTURE.deb SIZE SHA256:HASH
	sed -n "/^'/{s/%3a/:/g; s/^'[^']*' \([^_]*\)_\([^_]*\)_[^ ]*\.deb [0-9]* SHA256:/\1=\2 /p}" "$debian_scratch/uris" | sort
}

# name=version of the packages that the facts $1 tell of.
debian_versions() { sed -n 's/^package \([^ ]*\).*/\1/p' "$1" | sort; }
