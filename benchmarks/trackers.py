"""The trackers that are compared, each in processes of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from .load import LoadError
from .peers import Peer
from .servers import CHECKOUT, ServerFailed, free_port

#: Seconds in which a tracker must answer its first announce: the site's has a directory to load.
START_SECONDS = 300
#: Seconds in which it must end: the site's has its journal to write to the database.
_STOP_SECONDS = 300
#: Where `make bench-tools` installs the tracker of npm.
TOOLS = CHECKOUT / "var" / "bench-tools"
_NODE = """
import Server from 'bittorrent-tracker/server'
const server = new Server({ udp: false, ws: false, stats: false })
server.on('warning', () => {})
server.listen(%d, '127.0.0.1')
"""
_REFUSED = re.compile(
    rb'^pulsar_tracker_announces_total\{result="(?:refused|unavailable)"\} (\S+)', re.MULTILINE
)

_INI = """
[server:main]
use = egg:pulsar-core
host = 127.0.0.1
port = {port}
threads = 4

[loggers]
keys = root, queue

[handlers]
keys = console

[formatters]
keys = plain

[logger_root]
level = WARNING
handlers = console

[logger_queue]
level = ERROR
handlers =
qualname = waitress.queue

[handler_console]
class = StreamHandler
args = ()
formatter = plain

[formatter_plain]
format = %(levelname)s %(name)s %(message)s
"""


class Tracker:
    """A running tracker; a context manager."""

    def __init__(
        self,
        name: str,
        folder: Path,
        command: Iterable[str],
        port: int,
        *,
        cwd: Path = CHECKOUT,
        metrics_port: int | None = None,
        udp_port: int = 0,
    ) -> None:
        self.name = name
        self.port = port
        self.udp_port = udp_port
        #: How many times the peers may have announced, so that their counters always grow.
        self.laps = 0
        self._command = [*command]
        self._cwd = cwd
        self._log = folder / f"{name}.log"
        self._metrics_port = metrics_port

    def __enter__(self) -> Tracker:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def await_answer(self, peer: Peer, *, with_passkey: bool) -> None:
        """Announce a peer until the tracker lists peers in its answer. Raises ServerFailed."""
        target = f"{peer.start(with_passkey)}&uploaded=0&downloaded=0&left={peer.left}&compact=1"
        deadline = time.monotonic() + START_SECONDS
        answer = b""
        while b"5:peers" not in answer:
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = self._log.read_text(errors="replace")[-3000:]
                raise ServerFailed(f"{self.name} answered {answer!r} to an announce.\n{log}")
            time.sleep(0.1)
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}{target}") as response:
                answer = response.read()

    def next_laps(self) -> int:
        """Counters for a further run, in which the peers announce less often than this."""
        self.laps += 10_000
        return self.laps

    def processor_seconds(self) -> float:
        """Seconds for which the process used a processor."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def require_accepted(self) -> None:
        """Raise LoadError if the tracker has refused an announce."""
        if self._metrics_port is None:
            return
        try:
            with urlopen(f"http://127.0.0.1:{self._metrics_port}/metrics") as response:
                refused = sum(float(number) for number in _REFUSED.findall(response.read()))
        except URLError as error:
            raise LoadError(f"{self.name} has no metrics: {error}.") from error
        if refused:
            raise LoadError(f"{self.name} refused {refused:.0f} announces.")


def pulsar_tracker(folder: Path, settings: Mapping[str, str]) -> Tracker:
    """``pulsar tracker``, with HTTP and UDP."""
    http, udp, status = free_port(), free_port(), free_port()
    ini = _write_ini(
        folder / "tracker.ini",
        {
            **settings,
            "tracker.listen": f"127.0.0.1:{http}",
            "tracker.udp_listen": f"127.0.0.1:{udp}",
            "tracker.status_listen": f"127.0.0.1:{status}",
        },
        free_port(),
    )
    command = [_pulsar(), "-c", str(ini), "tracker"]
    return Tracker("pulsar tracker", folder, command, http, metrics_port=status, udp_port=udp)


def pulsar_serve(folder: Path, settings: Mapping[str, str]) -> Tracker:
    """``pulsar serve``, which is one process of waitress."""
    port = free_port()
    ini = _write_ini(folder / "serve.ini", settings, port)
    command = [_pulsar(), "-c", str(ini), "serve"]
    return Tracker("pulsar serve", folder, command, port, metrics_port=port)


def _opentracker(folder: Path, info_hashes: Iterable[bytes]) -> Tracker | None:
    """Debian's opentracker, which serves the torrents of a list; None if it is not installed."""
    command = shutil.which("opentracker")
    if command is None:
        return None
    # As root, it makes this its root, and becomes another user then.
    place = folder / "opentracker"
    place.mkdir(mode=0o755)
    (place / "torrents").write_text("".join(f"{each.hex()}\n" for each in info_hashes))
    (place / "torrents").chmod(0o644)
    port = free_port()
    options = ["-i", "127.0.0.1", "-p", str(port), "-P", str(port), "-d", str(place)]
    return Tracker(
        "opentracker", folder, [command, *options, "-w", "torrents"], port, cwd=place, udp_port=port
    )


def _bittorrent_tracker(folder: Path, info_hashes: Iterable[bytes]) -> Tracker | None:
    """The tracker of npm, without its command, which needs WebRTC; None if it is not installed."""
    command = shutil.which("node")
    if command is None or not (TOOLS / "node_modules" / "bittorrent-tracker").is_dir():
        return None
    port = free_port()
    arguments = [command, "--input-type=module", "-e", _NODE % port]
    return Tracker("bittorrent-tracker", folder, arguments, port, cwd=TOOLS)


def _pulsar() -> str:
    return str(Path(sys.executable).with_name("pulsar"))


def _write_ini(ini: Path, settings: Mapping[str, str], port: int) -> Path:
    lines = [f"{name} = {value}" for name, value in settings.items()]
    ini.write_text("\n".join(["[app:main]", "use = egg:pulsar-core", *lines]) + "\n")
    with ini.open("a") as out:
        out.write(_INI.format(port=port))
    return ini


#: What makes the other trackers, by the names of their figures.
OTHERS: dict[str, Callable[[Path, Iterable[bytes]], Tracker | None]] = {
    "opentracker": _opentracker,
    "bittorrent_tracker": _bittorrent_tracker,
}
