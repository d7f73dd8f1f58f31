#!/bin/sh
# What the tests need besides Rust: a MariaDB *server binary* (never a running service) and curl, for
# the line that `rekey demo` prints. As root, or with sudo, the packages are installed; otherwise they
# are unpacked into .test-deps/, where the tests look for them too.
set -eu

cd "$(dirname "$0")/.."
here=$PWD/.test-deps
packages="mariadb-server-core mariadb-client-core"

has() {
  for folder in $(echo "$PATH" | tr ':' ' ') /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin "$here/usr/sbin" "$here/usr/bin"; do
    [ -x "$folder/$1" ] && return 0
  done
  return 1
}

missing() {
  for program in mariadbd mariadb-install-db my_print_defaults curl; do
    has "$program" || echo "$program"
  done
}

install_with() {
  # A package called mariadb-server would also start a service; the core package has the program alone.
  "$@" apt-get update -qq
  "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
}

# Without root: what would be installed is downloaded and unpacked beside the sources.
unpack() {
  options="-o Debug::NoLocking=1"
  if ! apt-cache show mariadb-server-core >/dev/null 2>&1; then
    mkdir -p "$here/lists/partial" "$here/cache/archives/partial"
    options="$options -o Dir::State::Lists=$here/lists -o Dir::Cache=$here/cache"
    apt-get $options update -qq
  fi
  names=$(apt-get $options install -s --no-install-recommends $packages | sed -n 's/^Inst \([^ ]*\).*/\1/p')
  mkdir -p "$here/debs"
  (cd "$here/debs" && apt-get $options download -qq $names)
  for deb in "$here"/debs/*.deb; do
    dpkg -x "$deb" "$here"
  done
  rm -rf "$here/debs"
}

[ -n "$(missing)" ] || exit 0
echo "missing for the tests:" $(missing)
has curl || packages="$packages curl"

if ! command -v apt-get >/dev/null 2>&1; then
  echo "there is no apt-get here: install MariaDB's server (mariadbd, mariadb-install-db) and curl with your system's package manager" >&2
  exit 1
elif [ "$(id -u)" = 0 ]; then
  install_with
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  install_with sudo
else
  echo "no root and no sudo without a password: unpacking into $here"
  unpack
fi

[ -z "$(missing)" ] || { echo "still missing:" $(missing) >&2; exit 1; }
