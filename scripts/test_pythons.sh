#!/bin/sh
# Run a short selection of the tests on every newer Python of this machine, each with its own
# environment in var/pythons. The whole suite runs on the Python of .venv.
set -eu
cd "$(dirname "$0")/.."
selection="tests/test_*.py tests/site tests/users tests/api/test_openapi.py::TestPage
    plugins/pulsar-rules/tests plugins/pulsar-tracker/tests/test_announce.py"

# The first executable of the version that works: a pyenv shim may exist without its Python.
find_python() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        if "$candidate" -c '' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.12 3.13; do
    python=$(find_python "$version")
    if [ "$version" = "$own" ]; then
        echo "Python $version is that of .venv."
    elif [ -z "$python" ]; then
        echo "Python $version is not installed."
    else
        echo "Python $version: $python"
        folder=var/pythons/$version
        make --no-print-directory VENV="$folder" PYTHON="$python" "$folder/installed"
        # One word is one argument.
        # shellcheck disable=SC2086
        timeout 600 "$folder/bin/python" -m pytest -q -n 2 -p no:cacheprovider $selection
    fi
done
