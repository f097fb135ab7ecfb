"""The bencoded answers of the tracker.

Every answer has a fixed shape, so each is one format string with its keys in sorted order; that
is several times faster than a general encoder, and announces are the busiest thing there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tracker.protocol.addresses import unpack_endpoint
from tracker.protocol.errors import RetryIn


class ScrapeFile(NamedTuple):
    """What a scrape says of a torrent (BEP 48); `downloaders` are not partial seeds (BEP 21)."""

    complete: int
    downloaded: int
    incomplete: int
    downloaders: int | None = None


def announce_response(
    interval: int,
    min_interval: int,
    complete: int,
    incomplete: int,
    downloaded: int,
    peers4: bytes,
    peers6: bytes,
    warning: str | None = None,
    external_ip: bytes | None = None,
) -> bytes:
    """Answer an announce with compact peer lists (BEP 3, 7, 23, 24).

    Intervals are seconds. `peers4` and `peers6` are packed endpoints of 6 and 18 bytes each,
    `external_ip` is the packed address of the client.
    """
    return b"%b5:peers%d:%b%b%be" % (
        _announce_head(interval, min_interval, complete, incomplete, downloaded, external_ip),
        len(peers4),
        peers4,
        b"6:peers6%d:%b" % (len(peers6), peers6) if peers6 else b"",
        _warning(warning),
    )


def announce_response_dict(
    interval: int,
    min_interval: int,
    complete: int,
    incomplete: int,
    downloaded: int,
    peers4: bytes,
    peers6: bytes,
    peer_ids4: bytes | None = None,
    peer_ids6: bytes | None = None,
    warning: str | None = None,
    external_ip: bytes | None = None,
) -> bytes:
    """Answer an announce with a list of dictionaries, for clients that ask for `compact=0` (BEP 3).

    `peer_ids4` and `peer_ids6` are 20 bytes for each endpoint of `peers4` and `peers6`; without
    them the dictionaries have no peer id (`no_peer_id=1`).
    """
    return b"%b5:peersl%b%be%be" % (
        _announce_head(interval, min_interval, complete, incomplete, downloaded, external_ip),
        b"".join(_peer_dicts(peers4, 6, peer_ids4)),
        b"".join(_peer_dicts(peers6, 18, peer_ids6)),
        _warning(warning),
    )


def scrape_response(files: Mapping[bytes, ScrapeFile]) -> bytes:
    """Answer a scrape; the keys are info-hashes of 20 bytes (BEP 48)."""
    parts = [
        b"20:%bd8:completei%de10:downloadedi%de%b10:incompletei%dee"
        % (
            info_hash,
            file.complete,
            file.downloaded,
            b"" if file.downloaders is None else b"11:downloadersi%de" % file.downloaders,
            file.incomplete,
        )
        for info_hash, file in sorted(files.items())
    ]
    return b"d5:filesd%bee" % b"".join(parts)


def failure(reason: str, retry_in: RetryIn = None) -> bytes:
    """Refuse a request (BEP 3); `retry_in` is minutes or "never" (BEP 31)."""
    retry = b""
    if retry_in == "never":
        retry = b"8:retry in5:never"
    elif retry_in is not None:
        retry = b"8:retry ini%de" % retry_in
    return b"d14:failure reason%b%be" % (_string(reason.encode()), retry)


def _announce_head(
    interval: int,
    min_interval: int,
    complete: int,
    incomplete: int,
    downloaded: int,
    external_ip: bytes | None,
) -> bytes:
    return (
        b"d8:completei%de10:downloadedi%de%b10:incompletei%de8:intervali%de12:min intervali%de"
        % (
            complete,
            downloaded,
            b"11:external ip" + _string(external_ip) if external_ip else b"",
            incomplete,
            interval,
            min_interval,
        )
    )


def _peer_dicts(peers: bytes, size: int, peer_ids: bytes | None) -> Iterator[bytes]:
    for index, start in enumerate(range(0, len(peers), size)):
        address, port = unpack_endpoint(peers[start : start + size])
        identity = b""
        if peer_ids is not None:
            identity = b"7:peer id20:" + peer_ids[index * 20 : index * 20 + 20]
        yield b"d2:ip%b%b4:porti%dee" % (_string(address.encode()), identity, port)


def _warning(warning: str | None) -> bytes:
    return b"15:warning message" + _string(warning.encode()) if warning else b""


def _string(value: bytes) -> bytes:
    return b"%d:%b" % (len(value), value)
