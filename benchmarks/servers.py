"""Servers in separate processes, both run by ``pserve`` with the same settings of waitress."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS = 30
THREADS = 4

# waitress warns of every request that waits for a thread, which is normal in a benchmark.
_SERVER = """
[server:main]
use = egg:waitress#main
listen = 127.0.0.1:{port}
threads = {threads}

[loggers]
keys = root

[handlers]
keys = console

[formatters]
keys = plain

[logger_root]
level = ERROR
handlers = console

[handler_console]
class = StreamHandler
args = ()
formatter = plain

[formatter_plain]
format = %(levelname)s %(name)s %(message)s
"""


class ServerFailed(Exception):
    """A server ended, or did not begin to listen; the message ends with its log."""


class Server:
    """``pserve`` with a generated ini file; a context manager."""

    def __init__(self, name: str, folder: Path, application: Mapping[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self._log = folder / f"{name}.log"
        self._ini = folder / f"{name}.ini"
        lines = ["[app:main]", *(f"{key} = {value}" for key, value in application.items())]
        server = _SERVER.format(port=self.port, threads=THREADS)
        self._ini.write_text("\n".join(lines) + "\n" + server)

    def __enter__(self) -> Server:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                # Run as a module, so that the checkout, which contains the bare application, is on
                # the path.
                [sys.executable, "-m", "pyramid.scripts.pserve", str(self._ini)],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                log_text = self._log.read_text(errors="replace")
                raise ServerFailed(f"The {self.name} server did not start.\n{log_text[-3000:]}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """Return a TCP port of this machine without a listener."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
