"""The memory of a peer in the swarms of one process, in processes of its own."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

from tracker.directory import KnownTorrent, Member
from tracker.protocol.announce import STARTED, Announce
from tracker.swarms.session import Rules
from tracker.swarms.store import PackedSwarms

#: Members, and torrents that one of them shares.
_MEMBERS, _EACH = 100_000, 10
_START = 1_893_456_000.0


def bytes_per_peer(peers: int, torrents: int) -> float:
    """Bytes of memory for each of so many peers in so many torrents."""
    command = [sys.executable, "-m", "benchmarks.swarm_memory", str(peers), str(torrents)]
    checkout = Path(__file__).resolve().parents[1]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=checkout)
    return float(ended.stdout)


def measure(peers: int, torrents: int) -> float:
    """Fill swarms by announces in this process, and compare its memory before and after."""
    members = [Member(number) for number in range(1, _MEMBERS + 1)]
    known = [KnownTorrent(number) for number in range(1, torrents + 1)]
    store = PackedSwarms(Rules())
    gc.collect()
    gc.freeze()
    before = resident()
    for number in range(peers):
        place = number // _EACH % _MEMBERS
        address = (0x0A000000 + place).to_bytes(4, "big")
        announce = Announce(
            bytes(20),
            b"-qB5020-%012d" % number,
            0,
            0,
            (1 << 30) * (number // torrents % 2),
            STARTED,
            50,
            True,
            True,
            number.to_bytes(4, "big"),
            address,
            address + (10_000 + number % 50_000).to_bytes(2, "big"),
            None,
        )
        store.announce(members[place], known[number % torrents], announce, _START + number / 1000)
    gc.collect()
    found = store.sizes()
    if found.complete + found.incomplete != peers:
        raise RuntimeError(f"There are {found} instead of {peers} peers.")
    return (resident() - before) / peers


def resident() -> int:
    """The bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(measure(int(sys.argv[1]), int(sys.argv[2])))
