"""What the store writes to the journal, in packed form."""

from __future__ import annotations

from ..journal.record import ANNOUNCE, GONE, NO_ENDPOINT4, NO_ENDPOINT6, RECORD
from ..protocol.announce import NO_KEY, STOPPED, Announce
from .session import Session

#: Complete and incomplete peers.
Counts = tuple[int, int]


def announced(
    user_id: int,
    torrent_id: int,
    announce: Announce,
    session: Session,
    flags: int,
    endpoints: tuple[bytes | None, bytes | None],
    amounts: tuple[int, int, int, int, int, int],
    seed_seconds: int,
    counts: Counts,
    now: float,
) -> bytes:
    """The record of an announce; ``flags`` are added to those of the session.

    ``amounts`` are the bytes that were measured, credited and refused, each up and down.
    """
    return RECORD.pack(
        ANNOUNCE,
        session.flags | flags,
        announce.event,
        session.sources,
        torrent_id,
        user_id,
        announce.peer_id,
        endpoints[0] or NO_ENDPOINT4,
        endpoints[1] or NO_ENDPOINT6,
        session.key,
        session.uploaded,
        session.downloaded,
        session.left,
        *amounts,
        seed_seconds,
        *counts,
        now,
        session.joined,
        session.counted_at,
    )


def ended_record(
    user_id: int, torrent_id: int, peer_id: bytes, session: Session, counts: Counts, now: float
) -> bytes:
    """The record of a session that was ended by the member's next one."""
    return RECORD.pack(
        ANNOUNCE,
        session.flags,
        STOPPED,
        session.sources,
        torrent_id,
        user_id,
        peer_id,
        NO_ENDPOINT4,
        NO_ENDPOINT6,
        session.key,
        session.uploaded,
        session.downloaded,
        session.left,
        *(0,) * 7,
        *counts,
        now,
        session.joined,
        session.counted_at,
    )


def gone_record(user_id: int, torrent_id: int, peer_id: bytes, counts: Counts, now: float) -> bytes:
    """The record of a peer that was dropped."""
    return RECORD.pack(
        GONE,
        0,
        0,
        0,
        torrent_id,
        user_id,
        peer_id,
        NO_ENDPOINT4,
        NO_ENDPOINT6,
        NO_KEY,
        *(0,) * 10,
        *counts,
        now,
        0.0,
        0.0,
    )
