#!/bin/sh
# Generate requirements-production.lock: the dependencies of a site, in the versions of
# requirements.lock, with the hashes of all files that may be installed. Requires uv.
set -eu
cd "$(dirname "$0")/.."

wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
# The requirements of the installed distributions, without extras and without Pulsar's own.
.venv/bin/python - >"$wanted" <<'PYTHON'
from importlib.metadata import distributions, requires

own = {found.name for found in distributions() if found.name.startswith("pulsar-")}
for name in sorted(own):
    for line in requires(name) or ():
        if "extra ==" not in line and not line.startswith("pulsar-"):
            print(line)
PYTHON
{
    echo "# What a site runs on, without tools for tests. Written by scripts/lock_production.sh; installed by"
    echo "#     pip install --require-hashes -r requirements-production.lock"
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --constraint requirements.lock "$wanted"
} >requirements-production.lock.new
mv requirements-production.lock.new requirements-production.lock
