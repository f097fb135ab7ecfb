"""What the directory knows of a member and of a torrent."""

from __future__ import annotations

from typing import Any

from ..protocol.errors import TrackerError


class Member:
    """A member, whether they may announce or not.

    ``refusal`` refuses every announce, ``leech_refusal`` those with something left to download.
    The clocks belong to the announce core.
    """

    __slots__ = ("digest", "download_clock", "id", "leech_refusal", "refusal", "upload_clock")

    def __init__(self, user_id: int) -> None:
        self.id = user_id
        #: Of the live passkey, None without one.
        self.digest: bytes | None = None
        self.refusal: TrackerError | None = None
        self.leech_refusal: TrackerError | None = None
        self.upload_clock = 0.0
        self.download_clock = 0.0


class KnownTorrent:
    """A torrent that is not deleted; rates are in percent. ``swarm`` belongs to the swarms."""

    __slots__ = (
        "download_rate",
        "id",
        "info_hash",
        "refusal",
        "second_hash",
        "snatches",
        "swarm",
        "upload_rate",
    )

    def __init__(self, torrent_id: int) -> None:
        self.id = torrent_id
        self.info_hash: bytes | None = None
        #: The first 20 bytes of the hash of the second version (BEP 52).
        self.second_hash: bytes | None = None
        self.refusal: TrackerError | None = None
        self.upload_rate = 100
        self.download_rate = 100
        self.snatches = 0
        self.swarm: Any = None
