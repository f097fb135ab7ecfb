"""Services that a test can stop: its own Redis, and a proxy to PostgreSQL."""

from __future__ import annotations

import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.retry import Retry


class RedisServer:
    """A separate Redis for a test, which keeps its data while it is stopped."""

    def __init__(self, binary: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "60 1"]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start Redis, and wait until it responds."""
        self._process = subprocess.Popen(
            self._command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # With its own connection: the pool under test must find the new server itself.
        retry = Retry(ConstantBackoff(0.02), 500)
        with Redis.from_url(self.url, retry=retry, retry_on_error=[RedisAway]) as client:
            client.ping()

    def stop(self) -> None:
        """Let Redis save its data and exit."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def lose(self) -> None:
        """Delete the saved data; call this while Redis is stopped."""
        (self._folder / "dump.rdb").unlink(missing_ok=True)


class Proxy:
    """A proxy to a TCP server that can be cut, which breaks connections and closes new ones."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open = True
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        with self._lock:
            self._open = False
            broken, self._sockets = self._sockets, set()
        for connection in broken:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """Allow connections again."""
        self._open = True

    def close(self) -> None:
        self.cut()
        # This wakes the thread that waits in accept, which closing alone would not do.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if not self._open:
                    client.close()
                    continue
                server = socket.create_connection(self._target)
                self._sockets |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """Copy bytes in one direction until either end closes; the last one closes both sockets."""
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        with self._lock:
            self._sockets.discard(source)
            last = sink not in self._sockets
        if last:
            source.close()
            sink.close()
