#!/bin/sh
# Write requirements-production.lock anew: what a site runs on, in the versions of
# requirements.lock, with the hashes of every file that may be installed. Needs uv.
set -eu
cd "$(dirname "$0")/.."

wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
# Of the installed distributions, without extras and without Pulsar's own.
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
