"""Load at a fixed rate (open loop): an announce is sent when it is due, however many wait.

Its latency counts from the moment at which it was due, so that a tracker that stops for a moment is
charged with all the announces that should have been sent meanwhile.
"""

from __future__ import annotations

import gc
import re
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from .load import PATIENCE, LoadError
from .peers import Peer

CONNECTIONS = 64
#: Seconds at the beginning that are not counted.
_WARM_UP = 1.0
#: The longest sleep: the load looks for answers so often.
_NAP = 0.0002
_CHUNK = 1 << 16
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
_SUCCESS = b"HTTP/1.1 200 "
_REFUSAL = b"14:failure reason"


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds of latency, and the answers per second that were reached."""

    p50: float
    p99: float
    per_second: float


def announce(port: int, peers: Sequence[Peer], laps: int, rate: float, seconds: float) -> Latencies:
    """Announce at a rate for some seconds, each time another peer. Raises LoadError.

    ``laps`` is how often the peers have announced before.
    """
    gc.disable()
    with ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        idle: deque[socket.socket] = deque()
        by_file: dict[int, socket.socket] = {}
        for _ in range(CONNECTIONS):
            made = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            by_file[made.fileno()] = made
            idle.append(made)
            poll.register(made, select.EPOLLIN)
        total = int(rate * (_WARM_UP + seconds))
        due_at: dict[int, float] = {}
        parts: dict[int, bytes] = {}
        latencies: list[float] = []
        sent = answered = 0
        began = time.perf_counter()
        counted_from = began + _WARM_UP
        while answered < total:
            now = time.perf_counter()
            due = min(total, int((now - began) * rate) + 1)
            while sent < due and idle:
                connection = idle.popleft()
                lap, place = divmod(sent, len(peers))
                connection.send(peers[place].request(laps + lap))
                due_at[connection.fileno()] = began + sent / rate
                sent += 1
            ready = poll.poll(0)
            if not ready:
                if due_at and now > min(due_at.values()) + PATIENCE:
                    raise LoadError(f"No answer within {PATIENCE} seconds.")
                time.sleep(_NAP)
                continue
            for file, _ in ready:
                connection = by_file[file]
                answer = parts.pop(file, b"") + connection.recv(_CHUNK)
                if not _is_whole(answer):
                    parts[file] = answer
                    continue
                was_due = due_at.pop(file)
                answered += 1
                idle.append(connection)
                if was_due >= counted_from:
                    latencies.append(time.perf_counter() - was_due)
        ended = time.perf_counter()
    latencies.sort()
    return Latencies(
        1000 * latencies[len(latencies) // 2],
        1000 * latencies[len(latencies) * 99 // 100],
        total / (ended - began),
    )


def _is_whole(answer: bytes) -> bool:
    """Whether the answer is complete. Raises LoadError if it refuses the announce."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        if not answer:
            raise LoadError("The tracker closed a connection.")
        return False
    length = _LENGTH.search(answer)
    if not head.startswith(_SUCCESS) or length is None or _REFUSAL in body[:20]:
        raise LoadError(f"The tracker answered {answer[:500]!r}.")
    return len(body) >= int(length[1])
