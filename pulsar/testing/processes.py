"""Child processes of tests: free ports, polling, and reliable termination."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

TAIL_LINES = 40


class NotInTime(AssertionError):
    """A condition that did not become true before its deadline."""


class ProcessFailed(AssertionError):
    """A child process that ended early or was too slow; the message has the end of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 without a listener.

    It lies below the range that the kernel gives to outgoing connections (32768 on Linux), since
    one of these could take the port before the child process does.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("No free port was found on 127.0.0.1.")


def wait_for(condition: Callable[[], T], timeout: float, what: str, interval: float = 0.1) -> T:
    """Poll until `condition` returns a true value, and return that value.

    An `OSError`, such as a refused connection, counts as "not yet".

    :param timeout: seconds.
    :param what: completes the sentence "... did not happen within 5 s".
    :raises NotInTime: naming the last value or error.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            last: object = (value := condition())
            if value:
                return value
        except OSError as error:
            last = error
        if time.monotonic() > deadline:
            raise NotInTime(f"{what} did not happen within {timeout:g} s (last: {last!r})")
        time.sleep(interval)


def wait_equal(
    read: Callable[[], T], expected: T, timeout: float, what: str, interval: float = 0.5
) -> None:
    """Poll until `read` returns `expected`.

    :param timeout: seconds.
    :raises NotInTime: naming the last value.
    """
    deadline = time.monotonic() + timeout
    while (value := read()) != expected:
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: {value!r}, not {expected!r}, after {timeout:g} s")
        time.sleep(interval)


def _passed_on() -> dict[str, str]:
    """The variables that a process needs to find programs, and to be measured by coverage."""
    names = [name for name in os.environ if name == "PATH" or name.startswith("COVERAGE_")]
    return {name: os.environ[name] for name in names}


class Process:
    """A command in its own process group, so that none of its processes outlives the test.

    It has its own home directory, without the caller's configuration and proxies.
    """

    def __init__(
        self,
        command: Sequence[str],
        home: Path,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = Path(command[0]).name
        self.log = home / f"{self.name}.log"
        self._stop_signal = stop_signal
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                cwd=cwd or home,
                env={**_passed_on(), "HOME": str(home), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def check(self) -> None:
        """Check that the process is still running.

        :raises ProcessFailed: with its exit status, or the negative number of the signal.
        """
        status = self._child.poll()
        if status is not None:
            raise self._failure(f"ended with status {status}")

    def wait_for(self, condition: Callable[[], T], timeout: float, what: str) -> T:
        """Like the function, but fails as soon as the process ends, and shows its log.

        :raises ProcessFailed: with the last lines of the log.
        """

        def alive_and() -> T:
            self.check()
            return condition()

        try:
            return wait_for(alive_and, timeout, what)
        except NotInTime as error:
            raise self._failure(str(error)) from error

    def wait_end(self, timeout: float) -> None:
        """Wait until the process has exited successfully by itself.

        :raises ProcessFailed: when it is too slow or its exit status is not 0.
        """
        try:
            status = self._child.wait(timeout)
        except subprocess.TimeoutExpired as error:
            self.stop(grace=0)
            raise self._failure(f"did not end within {timeout:g} s") from error
        if status != 0:
            raise self._failure(f"ended with status {status}")

    def terminate(self) -> None:
        """Ask the process to exit."""
        self._child.send_signal(self._stop_signal)

    def stop(self, grace: float = 15) -> None:
        """Ask the process to exit, then kill the rest of its group after `grace` seconds."""
        if self._child.poll() is None:
            self.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(grace)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _failure(self, sentence: str) -> ProcessFailed:
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return ProcessFailed("\n".join([f"{self.name}: {sentence}", *lines]))
