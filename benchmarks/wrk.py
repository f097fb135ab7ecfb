"""Load by wrk: one thread, eight connections, another peer for each announce."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .load import LoadError

CONNECTIONS = 8
SCRIPT = Path(__file__).with_name("announces.lua")
#: Seconds after which an announce counts as lost, and of each run that loads peers.
_PATIENCE, _LOADING = 10, 2


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: announces per second, and the bytes of an answer with its head."""

    requests: int
    per_second: float
    answer_bytes: float


def is_installed() -> bool:
    """Whether there is wrk."""
    return shutil.which("wrk") is not None


def hammer(port: int, peers: Path, laps: int, *, seconds: int, close: bool = False) -> Load:
    """Announce for some seconds; ``laps`` is how often the peers have announced before.

    ``close``: with a new connection for each announce. Raises LoadError.
    """
    return _run(port, peers, seconds, laps, close=close)


def join(port: int, peers: Path, number: int) -> None:
    """Announce the first of the peers as started, but for a few. Raises LoadError."""
    done = 0
    while done < number:
        done += _run(port, peers, _LOADING, 0, "&event=started", first=done).requests


def _run(
    port: int,
    peers: Path,
    seconds: int,
    laps: int,
    added: str = "-",
    *,
    close: bool = False,
    first: int = 0,
) -> Load:
    command = [
        *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={_PATIENCE}s"),
        *("-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--"),
        *(str(peers), str(laps), added, "close" if close else "keep-alive", str(first)),
    ]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode or not ended.stdout:
        raise LoadError(f"wrk failed: {ended.stderr[-1000:]}")
    found = json.loads(ended.stdout.splitlines()[-1])
    # Errors of reading are those of trackers that close every connection without saying so.
    if found["failed"] or not found["requests"]:
        raise LoadError(f"Announces failed: {found}")
    requests = found["requests"]
    return Load(requests, requests / found["seconds"], found["bytes"] / requests)
