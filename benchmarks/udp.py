"""Load over UDP from one socket, which keeps so many announces under way.

The socket is read and written by Python, which takes about as long for a packet as the tracker
does: what is measured is the rate that both reach, and with one processor left for the load it can
be that of the load.
"""

from __future__ import annotations

import gc
import socket
import time
from collections.abc import Sequence
from itertools import count
from struct import Struct

from .load import LoadError
from .peers import Peer

#: Announces under way, and seconds after which they count as lost.
WINDOW, PATIENCE = 64, 1.0
_LONGEST = 4096
_CONNECT = Struct(">QII")
_PROTOCOL = 0x41727101980
_CONNECTED = Struct(">II8s")
_HEAD = Struct(">II")


def hammer(port: int, peers: Sequence[Peer], laps: int, seconds: float) -> float:
    """Announce for some seconds, each time another peer; announces per second.

    ``laps`` is how often the peers have announced before. Raises LoadError.
    """
    gc.disable()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tracker:
        tracker.connect(("127.0.0.1", port))
        tracker.settimeout(PATIENCE)
        connection = _connect(tracker)
        numbers = count()

        def send() -> None:
            number = next(numbers)
            lap, place = divmod(number, len(peers))
            tracker.send(peers[place].packet(connection, number & 0xFFFFFFFF, laps + lap))

        answered = lost = under_way = 0
        began = time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            while under_way < WINDOW:
                send()
                under_way += 1
            try:
                answer = tracker.recv(_LONGEST)
            except TimeoutError:
                lost += under_way
                under_way = 0
                continue
            if _HEAD.unpack_from(answer)[0] != 1:
                raise LoadError(f"The tracker answered {answer!r} to an announce.")
            under_way -= 1
            answered += 1
        if lost > answered / 100:
            raise LoadError(f"{lost} announces were lost, and {answered} answered.")
        return answered / (now - began)


def _connect(tracker: socket.socket) -> bytes:
    tracker.send(_CONNECT.pack(_PROTOCOL, 0, 1))
    action, transaction, connection = _CONNECTED.unpack(tracker.recv(_LONGEST))
    if (action, transaction) != (0, 1):
        raise LoadError("The tracker gave no connection id.")
    found: bytes = connection
    return found
