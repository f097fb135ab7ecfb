"""Standard error of a real process: every line is JSON."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulsar.testing.processes import free_port, wait_for

CHECKOUT = Path(__file__).resolve().parents[2]
PSERVE = str(Path(sys.executable).with_name("pserve"))
PULSAR = str(Path(sys.executable).with_name("pulsar"))

#: The site, with views that cause errors.
SITE = """
import logging
import threading
import warnings

from pulsar.configuration import make_configurator
from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.serialization import Message

logging.getLogger("of.a.library").warning("said before the application is made")


def die():
    raise RuntimeError("the thread's reason")


def misbehave(context, request):
    kind = request.GET.getone("kind")
    if kind == "warning":
        warnings.warn("the warning's text", UserWarning, stacklevel=1)
    elif kind == "library":
        logging.getLogger("of.a.library").error("two\\nlines \\udcff")
    elif kind == "thread":
        thread = threading.Thread(target=die, name="short-lived")
        thread.start()
        thread.join()
    else:
        raise RuntimeError("the view's reason")
    return "Done."


def main(global_config, **settings):
    config = make_configurator(settings)
    config.add_view(
        misbehave, context=IRoot, name="misbehave", permission=PUBLIC, response=Message()
    )
    return config.make_wsgi_app()
"""


def write_ini(folder: Path, port: int) -> Path:
    """Write production.ini for SQLite, without Redis, with this port and the views above."""
    text = (CHECKOUT / "production.ini").read_text()
    for pattern, value in (
        (r"^sqlalchemy\.url = .*$", f"sqlalchemy.url = sqlite:///{folder}/site.sqlite"),
        (r"^pulsar\.cache = .*$", "pulsar.cache = memory"),
        (r"^pulsar\.job_runner = .*$", "pulsar.job_runner = thread"),
        (r"^pulsar\.var = .*$", f"pulsar.var = {folder}"),
        (r"^http_port = .*$", f"http_port = {port}"),
    ):
        text, number = re.subn(pattern, value, text, flags=re.MULTILINE)
        assert number == 1, pattern
    ini = folder / "site.ini"
    ini.write_text(text)
    return ini


def lab_of(ini: Path) -> Path:
    """Write the same ini file for the application with the views that cause errors."""
    whole, lab_app = "[app:main]\nuse = egg:pulsar-core\n", "paste.app_factory = lab_site:main\n"
    text = ini.read_text()
    assert text.count(whole) == 1
    lab = ini.with_name("lab.ini")
    lab.write_text(text.replace(whole, f"[app:main]\n{lab_app}"))
    ini.with_name("lab_site.py").write_text(SITE)
    return lab


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[list[str], str]]:
    """``run(*paths)``: the lines on standard error and the standard output after these requests."""
    port = free_port()
    ini = write_ini(tmp_path, port)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    subprocess.run(
        [PULSAR, "-c", str(ini), "db", "upgrade"], env=environ, check=True, capture_output=True
    )
    errors, output = tmp_path / "stderr", tmp_path / "stdout"

    def ask(path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()

    def listens(process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, errors.read_text()
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True

    def serve(*paths: str) -> tuple[list[str], str]:
        with errors.open("wb") as stderr, output.open("wb") as stdout:
            process = subprocess.Popen(
                [PSERVE, "-q", str(lab_of(ini))], env=environ, stderr=stderr, stdout=stdout
            )
        try:
            wait_for(lambda: listens(process), 60, "pserve listening")
            for path in paths:
                ask(path)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        return errors.read_text().splitlines(), output.read_text()

    return serve


class TestStandardError:
    def test_every_line_is_json(self, run: Callable[..., tuple[list[str], str]]) -> None:
        kinds = ("warning", "library", "thread", "exception")
        lines, output = run("/", "/nothing", *[f"/misbehave?kind={kind}" for kind in kinds])
        entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
        assert output == ""
        for entry in entries:
            assert {"event", "level", "timestamp"} <= entry.keys()
        statuses = [entry["status"] for entry in entries if entry["event"] == "request"]
        assert statuses == [200, 401, 200, 200, 200, 500]
        text = "\n".join(str(entry) for entry in entries)
        for expected in (
            "said before the application is made",
            "the warning's text",
            "two",
            "the thread's reason",
            "short-lived",
            "the view's reason",
            "Traceback",
        ):
            assert expected in text.replace('\\"', '"').replace("\\'", "'"), expected
