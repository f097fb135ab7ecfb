"""schemathesis calls every operation of a running site; all responses match the description."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .client_tools import TOOLS
from .server import Server

pytestmark = pytest.mark.usefixtures("client_tools")

PASSWORD = "Correct-horse 1 battery!"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
#: Operations that may remove the caller's permissions or key, so that others would fail.
RISKY = (
    r"^/(api_keys.*|user_classes.*|secondary_classes.*|users/(me|\{user_id\})(/(class|status))?)$"
)
#: The maximum duration of a run in seconds; a run takes about a third of it.
TIMEOUT = 110


@pytest.fixture(scope="module")
def unlimited() -> Iterator[Server]:
    """A site without rate limits."""
    with Server(**{"pulsar.rate_limits": "false"}) as running:
        yield running


@pytest.fixture
def judge(unlimited: Server, tmp_path: Path) -> Callable[..., None]:
    """``judge(key, *options)``: run schemathesis with the same requests every time."""

    def run(key: str | None, *options: str) -> None:
        command = [
            *(TOOLS / "venv" / "bin" / "schemathesis", "run", f"{unlimited.url}/openapi.json"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,fuzzing"),
            *("--max-examples", "4", "--seed", "1", "--generation-database", "none"),
            *("--continue-on-failure", "--no-shrink", "--warnings", "off"),
            *(("--header", f"Authorization: Token {key}") if key else ()),
        ]
        done = subprocess.run(
            [*command, *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout[-12_000:]}\n{done.stderr[-4_000:]}"

    return run


def test_staff(unlimited: Server, judge: Callable[..., None]) -> None:
    judge(unlimited.add_staff("judge", PASSWORD), "--exclude-path-regex", RISKY)


def test_what_staff_may_lose_their_permissions_by(
    unlimited: Server, judge: Callable[..., None]
) -> None:
    judge(unlimited.add_staff("gambler", PASSWORD), "--include-path-regex", RISKY)


def test_nobody(judge: Callable[..., None]) -> None:
    judge(None, "--max-examples", "1")
