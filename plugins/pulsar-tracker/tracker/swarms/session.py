"""The session of one client with one torrent, and what an announce adds to it.

A session begins with a client's first announce or with ``started``, and its counters only grow.
Announces can be late, lost or repeated, and one client may send several copies of each: over both
address families, and with both hashes of a hybrid torrent. These are the rules:

- The first announce of an unknown peer is where its counters begin; nothing is credited.
- ``started`` begins a new session, counted from zero, if the last one was stopped or had higher
  counters. It does not if another copy of the announce began this session a moment ago, or if the
  counters continue, which is how clients repeat a ``started`` that was not answered.
- A ``stopped`` that never came loses nothing: what had been announced is counted already. One that
  comes after the next session began belongs to the session whose counters it continues.
- Other announces with lower counters are late if they come within ``lag``, and change nothing.
  Later ones show that the client lost its counters: they are counted from there on.
- An announce without an event long before ``min_interval`` moves no counter. What it reports is
  counted when its time has come, or with the next event.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ..journal.record import ACTIVE, LEECHED, PAUSED, SNATCHED
from ..protocol.announce import COMPLETED, NO_EVENT, STARTED, STOPPED, Announce
from ..protocol.announce import PAUSED as PAUSED_EVENT

#: How a session lies in memory.
SESSION = struct.Struct("<3Q2d4IBH4s")
#: Bits of ``sources``. Clients send copies of announces by both hashes of a hybrid torrent, and
#: over both address families. The first four bits are the copies that announced ``started``, the
#: next four those that announced ``stopped``, and the rest belongs to `tracker.swarms.families`.
STARTS = 0x0F
STOPS = 0xF0
STOP_SHIFT = 4


class Rules(NamedTuple):
    """The numbers that sessions are judged by; seconds, and ``max_speed`` in bytes per second.

    ``lag`` is how long an announce can be under way. A peer is ``overdue`` after so many seconds
    of silence, and dropped after ``timeout``.
    """

    interval: int = 1800
    min_interval: int = 900
    overdue: int = 2100
    timeout: int = 7200
    max_locations: int = 3
    max_speed: int = 2 * 1024**3
    lag: int = 60


class Session(NamedTuple):
    """The state of a session.

    ``counted_at`` is when the counters were last counted. ``seeded_until`` is up to when seed time
    was given. ``row4`` and ``row6`` are rows in a pool of the swarm, plus one; zero is none.
    ``sources`` tells the copies of the client's announces apart.
    """

    uploaded: int
    downloaded: int
    left: int
    seen: float
    counted_at: float
    joined: int
    seeded_until: int
    row4: int
    row6: int
    flags: int
    sources: int
    key: bytes


class Former(NamedTuple):
    """The client's session before this one. ``stops`` are the copies that announced its end."""

    uploaded: int
    downloaded: int
    left: int
    ended: float
    stops: int


class Change(NamedTuple):
    """A session after an announce, and the bytes that its counters moved by.

    ``finished``: the download is complete, which was not counted before. ``moved`` is False if the
    announce changed nothing but the time of its arrival.
    """

    session: Session
    former: Former | None
    up: int = 0
    down: int = 0
    finished: bool = False
    moved: bool = True


def first(announce: Announce, copy: int, now: float) -> Session:
    """The session of a peer that was not known."""
    snatched = announce.event == COMPLETED and announce.left == 0
    return Session(
        announce.uploaded,
        announce.downloaded,
        announce.left,
        now,
        now,
        int(now),
        int(now) if announce.left == 0 else 0,
        0,
        0,
        ACTIVE
        | (PAUSED if announce.event == PAUSED_EVENT else 0)
        | (LEECHED if announce.left else 0)
        | (SNATCHED if snatched else 0),
        copy if announce.event == STARTED else 0,
        announce.key,
    )


def advance(
    session: Session,
    former: Former | None,
    announce: Announce,
    copy: int,
    now: float,
    rules: Rules,
) -> Change:
    """What an announce makes of a known session. ``copy`` is one bit of `STARTS`."""
    # The clock may have been set back.
    now = max(now, session.seen)
    up = announce.uploaded - session.uploaded
    down = announce.downloaded - session.downloaded
    event = announce.event
    active = session.flags & ACTIVE
    if former is not None and now - former.ended > rules.lag:
        former = None
    if event == STARTED:
        if not active or up < 0 or down < 0:
            return _started(session, former, announce, copy, now, rules)
        session = session._replace(sources=session.sources | copy)
    elif event == STOPPED and former is not None and _stops(former, session, announce, copy):
        up, down = announce.uploaded - former.uploaded, announce.downloaded - former.downloaded
        former = former._replace(
            uploaded=announce.uploaded, downloaded=announce.downloaded, stops=former.stops | copy
        )
        return Change(session, former, up, down, moved=bool(up or down))
    elif up < 0 or down < 0:
        if now - session.counted_at <= rules.lag:
            flags, sources = session.flags, session.sources
            if event == STOPPED:
                flags, sources = flags & ~ACTIVE, sources | copy << STOP_SHIFT
            late = session._replace(
                uploaded=max(session.uploaded, announce.uploaded),
                downloaded=max(session.downloaded, announce.downloaded),
                seen=now,
                flags=flags,
                sources=sources,
            )
            finished = _finishes(session, announce)
            if finished:
                late = late._replace(flags=late.flags | SNATCHED)
            return Change(late, former, max(up, 0), max(down, 0), finished)
        up, down = max(up, 0), max(down, 0)
    elif not active:
        if event == STOPPED or (not up and not down and now - session.seen <= rules.lag):
            # A copy of the last announce, or one that was overtaken by it.
            sources = session.sources | (copy << STOP_SHIFT if event == STOPPED else 0)
            stopped = session._replace(
                uploaded=announce.uploaded,
                downloaded=announce.downloaded,
                seen=now,
                sources=sources,
            )
            return Change(stopped, former, up, down, moved=bool(up or down))
    elif event == NO_EVENT and now - session.counted_at < rules.min_interval / 2:
        early = session._replace(
            left=announce.left,
            seen=now,
            seeded_until=max(session.seeded_until, 0 if announce.left else int(now)),
            flags=session.flags | (LEECHED if announce.left else 0),
        )
        return Change(early, former, moved=early.left != session.left)
    if event == STOPPED:
        session = session._replace(sources=session.sources | copy << STOP_SHIFT)
    finished = _finishes(session, announce)
    return Change(_renewed(session, announce, now, finished), former, up, down, finished)


def _started(
    session: Session,
    former: Former | None,
    announce: Announce,
    copy: int,
    now: float,
    rules: Rules,
) -> Change:
    """A ``started`` whose counters do not continue those of the session."""
    active = session.flags & ACTIVE
    began = former.ended if former is not None else session.joined
    begun = session.sources & STARTS
    if (
        active
        and not begun & copy
        and (now - began <= rules.lag or (begun and now - session.counted_at <= rules.lag))
    ):
        # Another copy of the announce that began this session.
        return Change(
            session._replace(seen=now, sources=session.sources | copy), former, moved=False
        )
    ended = Former(
        session.uploaded,
        session.downloaded,
        session.left,
        now,
        (session.sources & STOPS) >> STOP_SHIFT,
    )
    renewed = _renewed(session, announce, now, False)._replace(
        sources=(session.sources & ~(STARTS | STOPS)) | copy
    )
    return Change(renewed, ended, announce.uploaded, announce.downloaded)


def _stops(former: Former, session: Session, announce: Announce, copy: int) -> bool:
    """Whether a ``stopped`` that came late belongs to the former session, not to this one.

    A session loses from ``left`` what it adds to ``downloaded``. If both sessions fit equally well,
    the announce belongs to the former one, which credits less.
    """
    if former.stops & copy:
        return False
    if announce.uploaded < former.uploaded or announce.downloaded < former.downloaded:
        return False
    if former.uploaded + former.downloaded <= session.uploaded + session.downloaded:
        return False
    late, current = (
        abs(state.left - announce.left - (announce.downloaded - state.downloaded))
        for state in (former, session)
    )
    return late <= current


def _finishes(session: Session, announce: Announce) -> bool:
    """Whether the announce completes the download.

    aria2 that is not to seed stops when it has everything, and never sends ``completed``.
    """
    return (
        announce.left == 0
        and session.flags & (LEECHED | SNATCHED) == LEECHED
        and (announce.event == COMPLETED or (announce.event == STOPPED and announce.downloaded > 0))
    )


def _renewed(session: Session, announce: Announce, now: float, finished: bool) -> Session:
    flags = session.flags & (LEECHED | SNATCHED)
    if announce.event != STOPPED:
        flags |= ACTIVE
    if announce.event == PAUSED_EVENT:
        flags |= PAUSED
    if announce.left:
        flags |= LEECHED
    if finished:
        flags |= SNATCHED
    return Session(
        announce.uploaded,
        announce.downloaded,
        announce.left,
        now,
        now,
        session.joined,
        max(session.seeded_until, 0 if announce.left else int(now)),
        session.row4,
        session.row6,
        flags,
        session.sources,
        announce.key,
    )


def seed_seconds(
    session: Session, announce: Announce, now: float, rules: Rules, seeded_until: int
) -> int:
    """The seconds between two announces of a seeder; the second one may be ``stopped``.

    ``seeded_until`` is up to when any client of the member was given seed time for the torrent:
    several clients do not seed longer than one. Whole seconds of the clock are compared, so that
    many short gaps add up to the long one.
    """
    if not session.flags & ACTIVE or session.left or announce.left:
        return 0
    start, end = int(session.seen), int(now)
    if end - start > 2 * rules.interval:
        return 0
    return max(0, end - max(start, seeded_until))
