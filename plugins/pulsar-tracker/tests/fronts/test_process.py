"""The command ``pulsar tracker`` as a process: start, pages, and a gentle end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from pulsar.testing.processes import free_port, wait_for

SCRIPT = Path(__file__).with_name("fake_process.py")
#: On a busy machine a process takes its time to start.
PATIENCE = 120
REQUEST = b"GET /k/announce?%b HTTP/1.1\r\n\r\n"


class Tracker:
    """A running process."""

    def __init__(self, folder: Path, ini: Path, port: int, status: int) -> None:
        self.port = port
        self.status = f"http://127.0.0.1:{status}"
        self.log = folder / "output"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT), str(ini)], stdout=output, stderr=subprocess.STDOUT
            )

    def says(self, text: str) -> bool:
        """Whether the text is in the output."""
        return text in self.log.read_text()

    def connect(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def wait(self) -> int:
        """The exit status, when the process has ended."""
        return self.process.wait(PATIENCE)


@pytest.fixture
def make_ini(make_site: Callable[..., Any], tmp_path: Path) -> Callable[..., Path]:
    """``make_ini(**settings)``: the ini file of a site."""
    copied = ("sqlalchemy.url", "pulsar.secret", "pulsar.redis_url", "pulsar.redis_prefix")

    def make(**settings: str) -> Path:
        site = make_site()
        values = {name: str(site.registry.settings[name]) for name in copied}
        values |= {
            "pulsar.plugins": "torrents tracker",
            "pulsar.cache": site.registry.settings["pulsar.cache"],
            "pulsar.metrics_token": "token",
            **{f"tracker.{name}": value for name, value in settings.items()},
        }
        file = tmp_path / "tracker.ini"
        lines = [f"{name} = {value}".replace("%", "%%") for name, value in values.items()]
        file.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines, ""]))
        return file

    return make


@pytest.fixture
def tracker(make_ini: Callable[..., Path], tmp_path: Path) -> Iterator[Tracker]:
    """A process that serves."""
    port, status = free_port(), free_port()
    ini = make_ini(listen=f"127.0.0.1:{port}", status_listen=f"127.0.0.1:{status}")
    running = Tracker(tmp_path, ini, port, status)
    try:
        wait_for(lambda: running.says("serving"), PATIENCE, "starting the tracker")
        yield running
    finally:
        running.process.kill()
        running.process.wait()


class TestPages:
    def test_health_and_metrics(self, tracker: Tracker) -> None:
        health = requests.get(f"{tracker.status}/health", timeout=PATIENCE)
        assert health.json()["response"]["database"] == "ok"
        assert requests.get(f"{tracker.status}/metrics", timeout=PATIENCE).status_code == 404
        assert requests.get(f"{tracker.status}/", timeout=PATIENCE).status_code == 404
        with closing(tracker.connect()) as connection:
            connection.sendall(REQUEST % b"a")
            assert connection.recv(4096).endswith(b"d5:query1:ae")
            metrics = requests.get(
                f"{tracker.status}/metrics",
                headers={"Authorization": "Bearer token"},
                timeout=PATIENCE,
            ).text
        assert "pulsar_tracker_connections 1.0" in metrics
        assert 'pulsar_tracker_http_requests_total{kind="announce"} 1.0' in metrics
        # Clients of the tracker see neither.
        answer = requests.get(f"http://127.0.0.1:{tracker.port}/health", timeout=PATIENCE)
        assert answer.status_code == 404


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_requests_that_have_arrived_are_answered(
        self, tracker: Tracker, number: signal.Signals
    ) -> None:
        idle, slow, half = (tracker.connect() for _ in range(3))
        idle.sendall(REQUEST % b"a")
        assert idle.recv(4096)
        half.sendall((REQUEST % b"half")[:-4])
        slow.sendall(REQUEST % b"slow")
        wait_for(lambda: tracker.says("handling"), PATIENCE, "handling the request")
        tracker.process.send_signal(number)
        assert slow.recv(4096).endswith(b"d5:query4:slowe")
        wait_for(lambda: tracker.says("stopping"), PATIENCE, "stopping")
        half.sendall(b"\r\n\r\n")
        answer = half.recv(4096)
        assert b"Connection: close" in answer
        assert answer.endswith(b"d5:query4:halfe")
        assert idle.recv(4096) == b""
        assert tracker.wait() == 0
        lines = tracker.log.read_text().split()
        assert lines.index("closed") > max(i for i, line in enumerate(lines) if line == "committed")
        for connection in (idle, slow, half):
            connection.close()

    def test_no_log_line_per_announce(self, tracker: Tracker) -> None:
        with closing(tracker.connect()) as connection:
            connection.sendall(REQUEST % b"a")
            assert connection.recv(4096)
        assert not tracker.says("tracker request")


@pytest.mark.one_backend
class TestMistakes:
    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"listen": ""}, "The tracker listens nowhere"),
            ({"listen": "here"}, "'here' must be IP addresses with ports"),
            ({"trusted_proxies": "nginx"}, "must be addresses or networks"),
            ({"unix_socket": "/missing/folder/socket"}, "Cannot listen at tracker.unix_socket"),
        ],
    )
    def test_one_sentence(
        self, make_ini: Callable[..., Path], settings: dict[str, str], sentence: str
    ) -> None:
        ini = make_ini(**{"status_listen": "", "listen": "127.0.0.1:0"} | settings)
        ended = subprocess.run(
            [sys.executable, str(SCRIPT), str(ini)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 1
        assert sentence in ended.stderr
        assert "Traceback" not in ended.stderr
