"""The files in `deploy/`, and the lock file of production installs."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)", re.M)


def pinned(file: str) -> dict[str, str]:
    """Return the versions in a lock file, by name."""
    text = (CHECKOUT / file).read_text()
    return {canonicalize_name(match["name"]): match["version"] for match in PINNED.finditer(text)}


class TestLock:
    def test_versions_are_those_that_are_tested(self) -> None:
        tested, production = pinned("requirements.lock"), pinned("requirements-production.lock")
        assert {name: tested[name] for name in production if name in tested} == {
            name: version for name, version in production.items() if name in tested
        }
        # Only needed on other systems or versions of Python.
        conditional = {"async-timeout", "legacy-cgi", "tzdata"}
        assert production.keys() - tested.keys() <= conditional

    def test_has_what_a_site_needs_and_no_more(self) -> None:
        needed: set[str] = set()
        waiting = [
            (distribution.name, "")
            for distribution in distributions()
            if distribution.name.startswith("pulsar-")
        ]
        while waiting:
            distribution, extra = waiting.pop()
            for line in requires(distribution) or ():
                requirement = Requirement(line)
                name = canonicalize_name(requirement.name)
                if requirement.marker is not None and not requirement.marker.evaluate(
                    {"extra": extra}
                ):
                    continue
                if name not in needed and not name.startswith("pulsar-"):
                    needed.add(name)
                    waiting += [(name, extra) for extra in ("", *requirement.extras)]
        production = pinned("requirements-production.lock").keys()
        conditional = {"async-timeout", "legacy-cgi", "tzdata"}
        assert production - conditional == needed - conditional

    def test_every_file_has_its_hash(self) -> None:
        text = (CHECKOUT / "requirements-production.lock").read_text()
        for block in re.split(r"\n(?=[a-z])", text)[1:]:
            assert "--hash=sha256:" in block

    def test_has_no_tools_for_tests(self) -> None:
        tools = {
            canonicalize_name(Requirement(line).name)
            for line in requires("pulsar-core") or ()
            if "extra ==" in line
        }
        assert {"pytest", "webtest", "hypothesis"} <= tools
        assert (
            not {*tools, "ruff", "mypy", "sphinx"} & pinned("requirements-production.lock").keys()
        )

    def test_the_script_writes_it(self, tmp_path: Path) -> None:
        """The script's changes to the output of uv, which a fake program replaces here."""
        for folder in ("scripts", "bin", ".venv/bin"):
            (tmp_path / folder).mkdir(parents=True)
        shutil.copy(CHECKOUT / "scripts" / "lock_production.sh", tmp_path / "scripts")
        python, uv = tmp_path / ".venv/bin/python", tmp_path / "bin/uv"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        uv.write_text('#!/bin/sh\nfor file; do :; done\necho "$@" >asked\ncat "$file"\n')
        for program in (python, uv):
            program.chmod(0o755)
        environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
        script = tmp_path / "scripts" / "lock_production.sh"
        subprocess.run(["sh", str(script)], check=True, cwd="/", env=environment)
        asked = (tmp_path / "asked").read_text()
        assert "pip compile" in asked
        assert "--generate-hashes" in asked
        assert "--constraint requirements.lock" in asked
        written = (tmp_path / "requirements-production.lock").read_text().splitlines()
        lock = (CHECKOUT / "requirements-production.lock").read_text().splitlines()
        assert written[:2] == lock[:2]
        assert any("scripts/lock_production.sh" in line for line in lock[:2])
        needed = {canonicalize_name(Requirement(line).name) for line in written[2:]}
        assert "sqlalchemy" in needed
        assert needed <= pinned("requirements-production.lock").keys()


class TestSystemd:
    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_systemd_understands_it(self, unit: Path, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not installed")
        text = unit.read_text().replace("/srv/pulsar/.venv/bin/pulsar", "/bin/true")
        copy = tmp_path / unit.name
        copy.write_text(text)
        ended = subprocess.run(
            ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
        )
        assert unit.name not in ended.stderr, ended.stderr

    @pytest.mark.parametrize("name", ["pulsar-web@.service", "pulsar-worker.service"])
    def test_it_is_hardened_and_ends_gently(self, name: str) -> None:
        unit = configparser.RawConfigParser(strict=False)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read(DEPLOY / "systemd" / name)
        service = unit["Service"]
        assert service["User"] == "pulsar"
        for option in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictNamespaces"):
            assert service[option] == "true"
        assert service["ProtectSystem"] == "strict"
        assert int(service["TimeoutStopSec"]) > 30


class TestContainers:
    def test_compose(self) -> None:
        compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())
        services = compose["services"]
        assert services.keys() == {"migrate", "site", "worker", "postgres", "redis"}
        assert services["site"]["image"] == services["worker"]["image"] == "pulsar"
        for name, service in services.items():
            for other in service.get("depends_on", {}):
                assert other in services, name
            for volume in service.get("volumes", ()):
                source = volume.partition(":")[0]
                assert source.startswith("./") or source in compose["volumes"]
            for secret in service.get("secrets", ()):
                assert secret in compose["secrets"]
        # Only nginx on the same machine can reach the site, and nobody the databases.
        published = {
            name: service["ports"] for name, service in services.items() if "ports" in service
        }
        assert published == {"site": ["127.0.0.1:6543:6543"]}
        build = services["migrate"]["build"]
        assert (DEPLOY / "container" / build["context"]).resolve() == CHECKOUT
        assert (CHECKOUT / build["dockerfile"]).is_file()

    def test_containerfile(self) -> None:
        text = (DEPLOY / "container" / "Containerfile").read_text()
        joined = re.sub(r"\\\n\s*", " ", text)
        lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
        words = {"FROM", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL"}
        words |= {"HEALTHCHECK", "ENTRYPOINT", "CMD"}
        assert {line.split()[0] for line in lines} <= words
        copied = [line.split()[1:-1] for line in lines if line.startswith("COPY pulsar")]
        assert copied == [["pulsar"]]
        for line in lines:
            if line.startswith("COPY") and "--from" not in line:
                for source in line.split()[1:-1]:
                    assert (CHECKOUT / source).exists(), source
        assert "USER pulsar" in lines
        assert "--require-hashes" in joined
