"""Drivers for real BitTorrent clients on 127.0.0.1: one client process, one torrent.

DHT, local discovery, peer exchange, uTP and port mapping are disabled, so clients find each other
only through the tracker.
"""

from __future__ import annotations

import base64
import json
import shutil
import signal
import socket
import tempfile
import time
import xmlrpc.client
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import requests

from pulsar.testing.processes import Process, free_port

START_TIMEOUT = 30
RPC_TIMEOUT = 15


class Client:
    """A client with a temporary folder, a port and at most one torrent; a context manager."""

    executable: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=f"{self.executable}-"))
        self.port = free_port()
        self._process: Process | None = None

    @classmethod
    def available(cls) -> bool:
        """Return whether the client is installed."""
        return shutil.which(cls.executable) is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.home)

    def seed(self, torrent_file: Path, content_dir: Path) -> None:
        """Start, and return when the client has checked all the content.

        :param content_dir: the folder that holds the torrent's file or top folder.
        :raises ProcessFailed: when the client finds the content incomplete.
        """
        self._start(torrent_file, content_dir)
        self.wait_complete(START_TIMEOUT)

    def leech(self, torrent_file: Path, into: Path) -> None:
        """Start to download into a folder, which is made; return at once."""
        into.mkdir(parents=True, exist_ok=True)
        self._start(torrent_file, into)

    def wait_complete(self, timeout: float = 60) -> None:
        """Wait until the client has everything and seeds.

        The bytes are sure to be on the disk after `stop`: some clients write behind.

        :raises ProcessFailed: with the end of the client's log.
        """
        self._running.wait_for(self.is_complete, timeout, "the complete torrent")

    def stop(self) -> None:
        """Stop in order (the tracker hears `event=stopped`), else by force."""
        if self._process is None:
            return
        try:
            self._leave()
        finally:
            self._process.stop()
            self._process = None

    def is_complete(self) -> bool:
        """Return whether the client reports that it has all content and seeds."""
        raise NotImplementedError

    def _command(self, torrent_file: Path, folder: Path) -> list[str]:
        """Write the configuration, and return the command line."""
        raise NotImplementedError

    def _add(self, torrent_file: Path, folder: Path) -> None:
        """Hand the torrent to the running client, if the command line did not.

        :raises OSError: when the client does not answer yet.
        """

    def _leave(self) -> None:
        """Make the client notify the tracker, if the stop signal alone does not."""

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"{self.executable} has not been started.")
        return self._process

    def _start(self, torrent_file: Path, folder: Path) -> None:
        if self._process is not None:
            raise RuntimeError(f"{self.executable} has a torrent already.")
        command = self._command(torrent_file, folder)
        self._process = Process(command, self.home, stop_signal=self.stop_signal)

        def added() -> bool:
            self._add(torrent_file, folder)
            return True

        self._process.wait_for(added, START_TIMEOUT, "adding the torrent")


class Aria2(Client):
    """aria2c, controlled by JSON-RPC."""

    executable = "aria2c"
    stop_signal = signal.SIGINT

    def __init__(self) -> None:
        super().__init__()
        self._rpc_port = free_port()

    def _command(self, torrent_file: Path, folder: Path) -> list[str]:
        return [
            self.executable,
            "--no-conf",
            "--enable-dht=false",
            "--enable-dht6=false",
            "--bt-enable-lpd=false",
            "--enable-peer-exchange=false",
            "--disable-ipv6=true",
            "--async-dns=false",
            "--interface=127.0.0.1",
            f"--listen-port={self.port}",
            "--enable-rpc",
            f"--rpc-listen-port={self._rpc_port}",
            "--check-integrity=true",
            "--file-allocation=none",
            "--seed-ratio=0.0",
            "--show-console-readout=false",
            "--summary-interval=0",
            f"--dir={folder}",
            str(torrent_file),
        ]

    def is_complete(self) -> bool:
        reply = requests.post(
            f"http://127.0.0.1:{self._rpc_port}/jsonrpc",
            json={"jsonrpc": "2.0", "id": "e2e", "method": "aria2.tellActive"},
            timeout=RPC_TIMEOUT,
        )
        return any(download.get("seeder") == "true" for download in reply.json()["result"])


class RTorrent(Client):
    """rtorrent without its terminal, controlled by XML-RPC over an SCGI socket.

    As a seeder it serves rtorrent and qBittorrent, but not aria2, which sends its bitfield late:
    rtorrent 0.9.8 then leaves its requests unanswered. For hybrid torrents it also requires the
    padding files, so it cannot seed them from plain content.
    """

    executable = "rtorrent"
    # At SIGTERM it ends without notifying the tracker.
    stop_signal = signal.SIGINT

    def _command(self, torrent_file: Path, folder: Path) -> list[str]:
        session = self.home / "session"
        session.mkdir()
        # If it checks a finished download again, it does not send `event=completed`.
        rc = self.home / "rtorrent.rc"
        rc.write_text(
            f"""\
system.daemon.set = true
log.open_file = "log", "{self.home / "rtorrent.log"}"
log.add_output = "info", "log"
log.add_output = "tracker_info", "log"
network.scgi.open_local = "{self._socket}"
network.bind_address.set = 127.0.0.1
network.port_range.set = {self.port}-{self.port}
network.port_random.set = no
dht.mode.set = disable
protocol.pex.set = no
trackers.use_udp.set = no
pieces.hash.on_completion.set = no
session.path.set = "{session}"
directory.default.set = "{folder}"
load.start = "{torrent_file}"
"""
        )
        return [self.executable, "-n", "-o", f"import={rc}"]

    def is_complete(self) -> bool:
        (rows,) = self._rpc("d.multicall2", "", "main", "d.complete=", "d.is_active=")
        return [1, 1] in rows

    @property
    def _socket(self) -> Path:
        return self.home / "scgi"

    def _rpc(self, method: str, *arguments: str) -> tuple[Any, ...]:
        body = xmlrpc.client.dumps(arguments, method).encode()
        headers = b"CONTENT_LENGTH\0%d\0SCGI\0001\0" % len(body)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(RPC_TIMEOUT)
            connection.connect(str(self._socket))
            connection.sendall(b"%d:%s,%s" % (len(headers), headers, body))
            with connection.makefile("rb") as reply:
                _, _, answer = reply.read().partition(b"\r\n\r\n")
        return xmlrpc.client.loads(answer)[0]


class Transmission(Client):
    """transmission-daemon, only as a seeder, because it refuses to connect to loopback."""

    executable = "transmission-daemon"

    def __init__(self) -> None:
        super().__init__()
        self._rpc_port = free_port()
        self._http = requests.Session()

    def _command(self, torrent_file: Path, folder: Path) -> list[str]:
        settings = {
            "bind-address-ipv4": "127.0.0.1",
            "bind-address-ipv6": "::1",
            "dht-enabled": False,
            "encryption": 1,
            "lpd-enabled": False,
            "peer-port": self.port,
            "peer-port-random-on-start": False,
            "pex-enabled": False,
            "port-forwarding-enabled": False,
            "ratio-limit-enabled": False,
            "rpc-bind-address": "127.0.0.1",
            "rpc-port": self._rpc_port,
            "utp-enabled": False,
        }
        (self.home / "settings.json").write_text(json.dumps(settings))
        return [self.executable, "--foreground", "--config-dir", str(self.home)]

    def _add(self, torrent_file: Path, folder: Path) -> None:
        metainfo = base64.b64encode(torrent_file.read_bytes()).decode()
        self._rpc("torrent-add", {"metainfo": metainfo, "download-dir": str(folder)})

    def is_complete(self) -> bool:
        seeding = 6
        torrents = self._rpc("torrent-get", {"fields": ["status", "leftUntilDone"]})["torrents"]
        return {"status": seeding, "leftUntilDone": 0} in torrents

    def _leave(self) -> None:
        last = self._last_announce()
        if last == 0:
            return
        # Announces are stored with whole seconds, and the next one needs another time.
        self._running.wait_for(lambda: time.time() > last + 1, 5, "the next second")
        self._rpc("torrent-stop", {})
        self._running.wait_for(lambda: self._last_announce() > last, 10, "the last announce")

    def _last_announce(self) -> int:
        (torrent,) = self._rpc("torrent-get", {"fields": ["trackerStats"]})["torrents"]
        return max(tracker["lastAnnounceTime"] for tracker in torrent["trackerStats"])

    def _rpc(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self._rpc_port}/transmission/rpc"
        request: dict[str, Any] = {"method": method, "arguments": arguments}
        reply = self._http.post(url, json=request, timeout=RPC_TIMEOUT)
        if reply.status_code == requests.codes.conflict:
            header = "X-Transmission-Session-Id"
            self._http.headers[header] = reply.headers[header]
            reply = self._http.post(url, json=request, timeout=RPC_TIMEOUT)
        answer = reply.json()
        if answer["result"] != "success":
            raise RuntimeError(f"transmission-daemon: {method}: {answer['result']}")
        return answer["arguments"]


class QBittorrent(Client):
    """qbittorrent-nox, controlled by its web API."""

    executable = "qbittorrent-nox"

    def __init__(self) -> None:
        super().__init__()
        self._web_port = free_port()

    def _command(self, torrent_file: Path, folder: Path) -> list[str]:
        config = self.home / "qBittorrent" / "config" / "qBittorrent.conf"
        config.parent.mkdir(parents=True)
        # SSRF mitigation refuses trackers on loopback whose path is not exactly /announce.
        config.write_text(
            rf"""
[LegalNotice]
Accepted=true

[BitTorrent]
Session\BTProtocol=TCP
Session\DHTEnabled=false
Session\InterfaceAddress=127.0.0.1
Session\LSDEnabled=false
Session\MultiConnectionsPerIp=true
Session\PeXEnabled=false
Session\Port={self.port}
Session\QueueingSystemEnabled=false
Session\SSRFMitigation=false

[Network]
PortForwardingEnabled=false

[Preferences]
WebUI\Address=127.0.0.1
WebUI\CSRFProtection=false
WebUI\LocalHostAuth=false
WebUI\UseUPnP=false
"""
        )
        return [self.executable, f"--profile={self.home}", f"--webui-port={self._web_port}"]

    def _add(self, torrent_file: Path, folder: Path) -> None:
        reply = requests.post(
            self._url("torrents/add"),
            files={"torrents": torrent_file.read_bytes()},
            data={"savepath": str(folder), "autoTMM": "false", "contentLayout": "Original"},
            timeout=RPC_TIMEOUT,
        )
        if reply.text != "Ok.":
            raise RuntimeError(f"qbittorrent-nox did not take the torrent: {reply.text}")

    def is_complete(self) -> bool:
        torrents = requests.get(self._url("torrents/info"), timeout=RPC_TIMEOUT).json()
        return any(torrent["state"] in {"uploading", "stalledUP"} for torrent in torrents)

    def _url(self, method: str) -> str:
        return f"http://127.0.0.1:{self._web_port}/api/v2/{method}"
