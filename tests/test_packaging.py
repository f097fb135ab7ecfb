"""Data about releases is the same in all files that contain it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pulsar.cli import main

CHECKOUT = Path(__file__).resolve().parents[1]
PLUGINS = sorted((CHECKOUT / "plugins").iterdir())
DISTRIBUTIONS = [CHECKOUT, *PLUGINS]
HEADING = re.compile(r"^## (?P<version>\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$")
TARGET = re.compile(r"^([a-z][a-z0-9-]*):", re.M)


def pyproject(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text())


def distribution(folder: Path) -> str:
    name: str = pyproject(folder)["project"]["name"]
    return name


@pytest.mark.parametrize("folder", DISTRIBUTIONS, ids=distribution)
class TestDistribution:
    def test_version(self, folder: Path) -> None:
        """The version in pyproject.toml, the installed distribution, and the top of CHANGES.md."""
        released = pyproject(CHECKOUT)["project"]["version"]
        project = pyproject(folder)["project"]
        headings = re.findall(r"^## .*", (folder / "CHANGES.md").read_text(), re.M)
        top = HEADING.match(headings[0])
        assert top is not None
        assert project["version"] == version(project["name"]) == top["version"] == released

    def test_what_an_index_shows(self, folder: Path) -> None:
        project = pyproject(folder)["project"]
        assert project["description"]
        assert (folder / project["readme"]).read_text().startswith("# ")
        assert project["license"] == "MIT"
        assert [(folder / name).exists() for name in project["license-files"]] == [True]

    def test_pythons(self, folder: Path) -> None:
        """The versions of Python that make_venv.sh accepts."""
        project = pyproject(folder)["project"]
        prefix = "Programming Language :: Python :: "
        named = [line.removeprefix(prefix) for line in project["classifiers"] if prefix in line]
        script = (CHECKOUT / "scripts/make_venv.sh").read_text()
        assert f"\n{' | '.join(named)}) ;;\n" in script
        assert project["requires-python"] == f">={named[0]}"


class TestCore:
    def test_command_prints_the_version(self) -> None:
        printed = CliRunner().invoke(main, ["--version"]).output
        assert printed == f"pulsar, version {version('pulsar-core')}\n"

    def test_extras_are_pinned(self) -> None:
        lock = (CHECKOUT / "requirements.lock").read_text()
        pinned = {
            canonicalize_name(name): number
            for name, number in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.M)
        }
        project = pyproject(CHECKOUT)["project"]
        extras = project["optional-dependencies"].values()
        for line in [*project["dependencies"], *(line for extra in extras for line in extra)]:
            requirement = Requirement(line)
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), line

    def test_coverage_measures_the_core_and_every_plugin(self) -> None:
        measured = pyproject(CHECKOUT)["tool"]["coverage"]["run"]["source_pkgs"]
        shipped = {distribution(folder) for folder in PLUGINS}
        packages = {
            entry.module.partition(".")[0]
            for entry in entry_points(group="pulsar.plugins")
            if entry.dist is not None and entry.dist.name in shipped
        }
        assert sorted(measured) == sorted({"pulsar", *packages})


class TestAutomation:
    def test_ci_calls_targets_that_exist(self) -> None:
        targets = set(TARGET.findall((CHECKOUT / "Makefile").read_text()))
        called = set()
        for job in yaml.safe_load((CHECKOUT / ".github/workflows/ci.yml").read_text())[
            "jobs"
        ].values():
            [matrix] = job.get("strategy", {}).get("matrix", {"target": []}).values()
            called.update(matrix)
            for step in job["steps"]:
                for line in step.get("run", "").splitlines():
                    program, *words = line.split()
                    if program == "make":
                        called.update(
                            word for word in words if re.fullmatch(r"[a-z][a-z0-9-]*", word)
                        )
        assert called == {
            *("lint", "docs", "test", "test-pythons", "coverage"),
            *("e2e", "e2e-deps", "client-tools"),
        }
        assert called <= targets

    def test_pre_commit_runs_what_lint_runs(self) -> None:
        [repository] = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())["repos"]
        assert repository["repo"] == "local"
        hooks = [hook["entry"].split(" --")[0] for hook in repository["hooks"]]
        assert hooks == [".venv/bin/ruff check", ".venv/bin/ruff format", ".venv/bin/mypy"]

    @pytest.mark.parametrize("name", ["CONTRIBUTING.md", "RELEASING.md", "README.md"])
    def test_documents_name_targets_that_exist(self, name: str) -> None:
        targets = set(TARGET.findall((CHECKOUT / "Makefile").read_text()))
        named = re.findall(r"(?:^|`)make ([a-z][a-z0-9-]*)", (CHECKOUT / name).read_text(), re.M)
        assert named
        assert set(named) <= targets
