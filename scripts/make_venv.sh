#!/bin/sh
# Create .venv with the given Python, or explain in one sentence what is missing.
# usage: make_venv.sh PYTHON [FOLDER]
set -u
python=${1:-python3}
folder=${2:-.venv}

fail() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "There is no $python on this machine. Install Python 3.11, 3.12 or 3.13, on Debian and Ubuntu with: apt install python3 python3-venv"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
    fail "$python does not run. Name another Python: make PYTHON=python3.13"
case $version in
3.11 | 3.12 | 3.13) ;;
3.1[4-9] | 3.[2-9][0-9])
    fail "Python $version is too new, since fastbencode and libtorrent have no wheels for it yet. Install Python 3.13, and name it: make PYTHON=python3.13"
    ;;
*)
    fail "Python $version is too old. Install Python 3.11, 3.12 or 3.13, and name it: make PYTHON=python3.13"
    ;;
esac
# Debian's python3 has the module venv, but not ensurepip, which installs pip.
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python $version cannot make virtual environments. Install what it lacks, on Debian and Ubuntu with: apt install python3-venv (python$version-venv where $python is not the system's own)"

# Otherwise an incomplete environment would be used the next time.
if ! "$python" -m venv "$folder"; then
    rm -rf "$folder"
    fail "The virtual environment $folder could not be made; the lines above say why."
fi
