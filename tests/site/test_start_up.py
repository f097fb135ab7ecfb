"""The site, started like ``make run`` does."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

INI = Path(__file__).parents[2] / "development.ini"
PATIENCE = 60


@pytest.fixture
def port() -> int:
    """A port without a listener."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture
def site(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The running site, with its own database."""
    commands = Path(sys.executable).parent
    var = tmp_path / "var"
    upgrade = [commands / "pulsar", "-c", INI, "--set", f"var={var}", "db", "upgrade", "--quiet"]
    subprocess.run(upgrade, check=True, capture_output=True, timeout=PATIENCE)
    with subprocess.Popen(
        [
            *(commands / "pulsar", "-c", INI),
            *("--set", f"http_port={port}", "--set", f"var={var}", "serve"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_answers(site: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert site.poll() is None, site.communicate()[0]
        assert time.monotonic() < deadline
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE) as answer:
                body = json.load(answer)
            break
        except URLError:
            time.sleep(0.1)
    assert answer.status == 200
    assert set(body["response"].values()) == {"ok"}
