#!/usr/bin/env bash
# unpack.sh FOLDER SUITE PACKAGE: a package of another Debian suite with all it depends on, its libc
# too, unpacked into FOLDER. Nothing is installed on this machine.
set -euo pipefail
folder=$1 suite=$2 package=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
mirror=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2> /dev/null || true; } |
  sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +([^ ]+).*/\3/p' | sed -n 1p)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$work/sources"
: > "$work/status"
apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o "Dir::State::status=$work/status"
  -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
"${apt[@]}" update
"${apt[@]}" --yes --no-install-recommends --download-only install "$package"
for archive in "$work"/cache/archives/*.deb; do dpkg-deb -x "$archive" "$folder"; done
