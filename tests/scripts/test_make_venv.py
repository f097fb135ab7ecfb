"""scripts/make_venv.sh: it creates an environment, or explains in one sentence what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "make_venv.sh"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run(python, "module.py", "source")``: run the script with a module of the test."""

    def make(
        python: str, module: str = "unused.py", source: str = ""
    ) -> subprocess.CompletedProcess[str]:
        (tmp_path / module).write_text(source)
        return subprocess.run(
            ["/bin/sh", SCRIPT, python, str(tmp_path / "venv")],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return make


def fake(path: Path, commands: str) -> str:
    """Write a program that replaces a Python interpreter."""
    path.write_text(f"#!/bin/sh\n{commands}\n")
    path.chmod(0o755)
    return str(path)


class TestMachine:
    def test_no_python(self, run: Run) -> None:
        finished = run("python3.99")
        assert finished.returncode == 1
        assert finished.stderr == (
            "There is no python3.99 on this machine. Install Python 3.11, 3.12 or 3.13, on Debian "
            "and Ubuntu with: apt install python3 python3-venv\n"
        )

    @pytest.mark.parametrize(
        ("version", "sentence"),
        [
            ("2.7", "Python 2.7 is too old. Install Python 3.11, 3.12 or 3.13, and name it: "),
            ("3.9", "Python 3.9 is too old. Install Python 3.11, 3.12 or 3.13, and name it: "),
            ("3.14", "Python 3.14 is too new, since fastbencode and libtorrent have no wheels"),
            ("3.20", "Python 3.20 is too new, since fastbencode and libtorrent have no wheels"),
        ],
    )
    def test_version(self, run: Run, tmp_path: Path, version: str, sentence: str) -> None:
        finished = run(fake(tmp_path / "python", f"echo {version}"))
        assert finished.returncode == 1
        assert finished.stderr.startswith(sentence)
        assert finished.stderr.count("\n") == 1

    def test_without_the_package_for_environments(self, run: Run, tmp_path: Path) -> None:
        finished = run(sys.executable, "ensurepip.py", "raise ModuleNotFoundError")
        assert finished.returncode == 1
        assert "cannot make virtual environments" in finished.stderr
        assert "apt install python3-venv" in finished.stderr
        assert finished.stderr.count("\n") == 1
        assert not (tmp_path / "venv").exists()

    def test_what_fails_leaves_nothing_behind(self, run: Run, tmp_path: Path) -> None:
        """Otherwise an incomplete environment would be used the next time."""
        begins = f'if [ "$1" = -m ]; then mkdir "$3"; exit 1; fi; exec {sys.executable} "$@"'
        finished = run(fake(tmp_path / "python", begins))
        assert finished.returncode == 1
        assert finished.stderr.splitlines()[-1].endswith("the lines above say why.")
        assert not (tmp_path / "venv").exists()


class TestMakes:
    def test_environment(self, run: Run, tmp_path: Path) -> None:
        finished = run(sys.executable)
        assert finished.returncode == 0, finished.stderr
        assert finished.stdout == finished.stderr == ""
        pip = [tmp_path / "venv/bin/python", "-m", "pip", "--version"]
        subprocess.run(pip, check=True, capture_output=True, timeout=60)


class TestMake:
    """The commands of ``make``, without running them."""

    @pytest.fixture
    def dry_run(self, tmp_path: Path) -> Callable[[], str]:
        """The commands of ``make install`` in a checkout with two plugins."""
        for name in ("setup.py", "requirements.lock"):
            (tmp_path / name).touch()
        for name in ("one", "two"):
            (tmp_path / "plugins" / name).mkdir(parents=True)
            (tmp_path / "plugins" / name / "setup.py").touch()
        command = ["make", "-n", "-f", str(ROOT / "Makefile"), ".venv/installed"]

        def run() -> str:
            finished = subprocess.run(
                command,
                cwd=tmp_path,
                # Without the options of make, if it started the tests.
                env={"PATH": os.environ["PATH"]},
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
            return finished.stdout

        return run

    def test_everything_at_first(self, dry_run: Callable[[], str]) -> None:
        printed = dry_run()
        assert "install -r requirements.lock" in printed
        assert "-e ././ -e ./plugins/one/ -e ./plugins/two/\n" in printed

    def test_a_new_plugin_alone(self, dry_run: Callable[[], str], tmp_path: Path) -> None:
        (tmp_path / ".venv").mkdir()
        (tmp_path / ".venv/requirements").touch()
        (tmp_path / ".venv/installed").touch()
        assert "pip" not in dry_run()
        (tmp_path / "plugins/three").mkdir()
        added = tmp_path / "plugins/three/setup.py"
        added.touch()
        # Later than the installation, even if the file system's clock is coarse.
        os.utime(added, (time.time() + 5, time.time() + 5))
        printed = dry_run()
        assert "requirements.lock" not in printed
        assert "three" in printed
        assert "one" not in printed
