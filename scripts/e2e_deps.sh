#!/bin/sh
# Install the programs that tests/e2e drives, on Debian and Ubuntu. Does nothing if all are installed.
set -eu

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need aria2c aria2
need mktorrent mktorrent
need nginx nginx-light
need qbittorrent-nox qbittorrent-nox
need rtorrent rtorrent
need transmission-daemon transmission-daemon

if [ -z "$missing" ]; then
    echo "All programs of the end-to-end tests are installed."
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install:$missing (this script knows only apt-get)." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo"
fi
# --no-install-recommends keeps desktops and databases off the machine.
$as_root apt-get update
# shellcheck disable=SC2086  # a list of package names
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends $missing
