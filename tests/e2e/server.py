"""The site, started like by an operator: `pulsar db upgrade`, then `pserve`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from pulsar.testing.processes import Process, free_port

CHECKOUT = Path(__file__).resolve().parents[2]
PULSAR = str(Path(sys.executable).with_name("pulsar"))
PSERVE = str(Path(sys.executable).with_name("pserve"))
MIGRATION_TIMEOUT = 120
START_TIMEOUT = 60


class Server:
    """`pserve development.ini` with its own database and port; a context manager.

    `settings` replace those of development.ini.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self.var = Path(tempfile.mkdtemp(prefix="pulsar-e2e-"))
        self.port = free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """The site's URL, without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def check(self) -> None:
        """Check that the site still runs.

        :raises ProcessFailed: with the end of the site's log.
        """
        if self._process is not None:
            self._process.check()

    def _start(self) -> None:
        ini = self._write_ini()
        var = f"var={self.var}"
        upgrade = [PULSAR, "-c", ini, "--set", var, "db", "upgrade"]
        with Process(upgrade, self.var, cwd=CHECKOUT) as migration:
            migration.wait_end(MIGRATION_TIMEOUT)
        serve = [PSERVE, ini, f"http_port={self.port}", var]
        self._process = Process(serve, self.var, cwd=CHECKOUT)
        self._process.wait_for(self._is_healthy, START_TIMEOUT, "GET /health answering 200")

    def add_staff(self, username: str, password: str) -> str:
        """Add a member with all permissions, and return their key."""
        options = ["--username", username, "--email", f"{username}@example.com", "--api-key"]
        options += ["--password", password, "--class", "Staff"]
        command = [PULSAR, "-c", self._write_ini(), "--set", f"var={self.var}", "user", "add"]
        done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
        return done.stdout.split()[-1]

    def _write_ini(self) -> str:
        base = CHECKOUT / "development.ini"
        if not self._settings:
            return str(base)
        parts = [f"[app:main]\nuse = config:{base}#main"]
        parts += [f"{name} = {value}" for name, value in self._settings.items()]
        parts += [f"[server:main]\nuse = config:{base}#main"]
        ini = self.var / "site.ini"
        ini.write_text("\n".join(parts) + "\n")
        return str(ini)

    def _is_healthy(self) -> bool:
        return requests.get(f"{self.url}/health", timeout=5).status_code == 200

    def _stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None
        shutil.rmtree(self.var)
