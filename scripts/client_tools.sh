#!/bin/sh
# Install public generators of API clients, and a fuzzer of APIs, into var/client-tools. tests/e2e
# uses them to test the API's description. Does nothing if they are already installed.
set -eu

cd "$(dirname "$0")/.."
from=tests/e2e/generated
into=var/client-tools
wanted="$(cat $from/requirements.txt $from/package.json)"

if [ -f $into/installed ] && [ "$wanted" = "$(cat $into/installed)" ]; then
    echo "All tools for the API's description are installed."
    exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Please install Node.js 20 or newer with npm (this script knows only apt-get)." >&2
        exit 1
    fi
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        as_root="sudo"
    fi
    $as_root apt-get update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends npm
fi
mkdir -p $into
rm -f $into/installed
test -x $into/venv/bin/python || "${PYTHON:-python3}" -m venv $into/venv
$into/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $from/requirements.txt
cp $from/package.json $into/package.json
# The versions are exact, so no lock file with the hosts of the packages is needed.
(cd $into && npm install --silent --no-audit --no-fund --no-package-lock)
printf '%s\n' "$wanted" >$into/installed
