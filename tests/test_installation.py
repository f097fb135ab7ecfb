"""Another distribution with the package ``pulsar``, such as Apache Pulsar's client."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pulsar

INI = "[app:main]\nuse = egg:pulsar-core\n[server:main]\nuse = egg:pulsar-core\nport = 0\n"
SENTENCE = (
    "pulsar-client has overwritten modules of pulsar-core, since both install the package pulsar: "
    "uninstall pulsar-client, and install pulsar-core again with pip install --force-reinstall "
    "--no-deps, or use a virtual environment for each.\n"
)


@pytest.fixture(scope="module")
def overwritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with both distributions, ours installed first."""
    folder = tmp_path_factory.mktemp("packages")
    ours = Path(pulsar.__file__).parent
    shutil.copytree(ours, folder / "pulsar", ignore=shutil.ignore_patterns("__pycache__"))
    for module in ("__init__", "exceptions"):
        (folder / "pulsar" / f"{module}.py").write_text("class PulsarException(Exception): ...\n")
    metadata = folder / "pulsar_client-3.13.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: pulsar-client\nVersion: 3.13.0\n")
    (metadata / "top_level.txt").write_text("_pulsar\npulsar\n")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["pulsar", "--version"],
        ["pulsar", "-c", "site.ini", "serve"],
        ["pserve", "site.ini"],
    ],
    ids=" ".join,
)
def test_one_sentence(command: list[str], overwritten: Path, tmp_path: Path) -> None:
    (tmp_path / "site.ini").write_text(INI)
    program = Path(sys.executable).with_name(command[0])
    finished = subprocess.run(
        [sys.executable, str(program), *command[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(overwritten)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (3, "", SENTENCE)
