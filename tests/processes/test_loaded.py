"""A serving site does not load modules that only tests and sample data need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pulsar.plugins import installed

_SCRIPT = """
import json, sys
from pyramid.paster import get_app
get_app(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""
#: Modules that only tests use. (structlog imports rich if an extra of a script has installed it.)
_UNWANTED = {"hypothesis", "pytest", "webtest"}
_PULSAR = Path(sys.executable).with_name("pulsar")


def test_modules_after_start(tmp_path: Path) -> None:
    ini = tmp_path / "site.ini"
    ini.write_text(
        "[app:main]\nuse = egg:pulsar-core\n"
        f"pulsar.var = {tmp_path}\npulsar.plugins = {' '.join(installed())}\n"
    )
    subprocess.run([_PULSAR, "-c", ini, "db", "upgrade", "--quiet"], check=True)
    finished = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(ini)], capture_output=True, text=True, check=True
    )
    modules = json.loads(finished.stdout.splitlines()[-1])
    assert "pulsar.application" in modules
    packages = ("pulsar.", *(f"{entry.module}." for entry in installed().values()))
    assert [
        name
        for name in modules
        if name in _UNWANTED
        or (
            name.startswith(packages)
            and {"testing", "populate", "examples"}.intersection(name.split("."))
            and name not in ("pulsar.populate", "pulsar.populate.directive")
        )
    ] == []
