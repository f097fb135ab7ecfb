"""The peers that announce in the benchmark of announces, and what they send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from urllib.parse import quote

TORRENTS, PEERS = 1_000, 50_000
#: Torrents that one member shares.
_EACH = 5
#: Bytes that a peer moves from one announce to the next.
STEP = 65_536
#: Bytes that a leecher lacks.
_LEFT = 1 << 30
#: What libtorrent does not escape.
_PLAIN = "-_!.~*()'"
#: What libtorrent sends after the counters, and the rest of the request.
_TAIL = (
    b"&corrupt=0&key=9F3A6C21&numwant=50&compact=1&no_peer_id=1&supportcrypto=1&redundant=0"
    b" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: qBittorrent/5.0.2\r\n"
    b"Accept-Encoding: gzip\r\n\r\n"
)
#: connection id, action, transaction id, info-hash, peer id, downloaded, left, uploaded, event,
#: address, key, numwant, port (BEP 15)
_PACKET = Struct(">8sIi20s20sQQQIIIiH")
_ANNOUNCE = 1


class Peer(NamedTuple):
    """A client of a member with a torrent."""

    passkey: str
    info_hash: bytes
    number: int
    port: int
    left: int

    @property
    def peer_id(self) -> str:
        """Twenty characters that need no escaping."""
        return f"-qB5020-{self.number:012d}"

    def start(self, with_passkey: bool = True) -> str:
        """The path, and the query up to the port."""
        path = f"/{self.passkey}/announce" if with_passkey else "/announce"
        info_hash = quote(self.info_hash, safe=_PLAIN)
        return f"{path}?info_hash={info_hash}&peer_id={self.peer_id}&port={self.port}"

    def request(self, laps: int) -> bytes:
        """The whole HTTP request of a peer that has announced so many times before."""
        moved = laps * STEP
        downloaded = moved if self.left else 0
        counters = f"&uploaded={moved}&downloaded={downloaded}&left={self.left}"
        return b"GET " + self.start().encode() + counters.encode() + _TAIL

    def packet(self, connection: bytes, transaction: int, laps: int) -> bytes:
        """The UDP packet, with the passkey as its URL data (BEP 41)."""
        moved = laps * STEP
        url = f"/{self.passkey}/announce".encode()
        return (
            _PACKET.pack(
                connection,
                _ANNOUNCE,
                transaction,
                self.info_hash,
                self.peer_id.encode(),
                moved if self.left else 0,
                self.left,
                moved,
                0,
                0,
                0x9F3A6C21,
                50,
                self.port,
            )
            + bytes((2, len(url)))
            + url
        )


def warm(passkeys: Sequence[str], info_hashes: Sequence[bytes]) -> list[Peer]:
    """Fifty peers in each of the first 1,000 torrents, half of which seed."""
    return [
        Peer(
            passkeys[number // _EACH],
            info_hashes[number % TORRENTS],
            number,
            10_000 + number // TORRENTS,
            _LEFT * (number // TORRENTS % 2),
        )
        for number in range(PEERS)
    ]


def cold(
    passkeys: Sequence[str], info_hashes: Sequence[bytes], first: int, most: int
) -> list[Peer]:
    """A peer in each of the other torrents, from the first on."""
    return [
        Peer(
            passkeys[number % len(passkeys)],
            info_hashes[number],
            PEERS + number,
            20_000 + number % 40_000,
            _LEFT * (number % 2),
        )
        for number in range(first, min(first + most, len(info_hashes)))
    ]


def save(peers: Iterable[Peer], file: Path, *, with_passkey: bool = True) -> Path:
    """Write the file that the script of wrk reads."""
    with file.open("w") as out:
        out.writelines(f"{peer.start(with_passkey)} {peer.left}\n" for peer in peers)
    return file
