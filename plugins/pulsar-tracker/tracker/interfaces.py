"""The services of the tracker that can be replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

from pulsar.interfaces import IContent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from . import directory
    from .announcing.answer import Answer
    from .announcing.waiting import Credit
    from .journal import Record
    from .lease import Lease
    from .protocol.announce import Announce
    from .protocol.errors import TrackerError
    from .swarms.session import Rules
    from .swarms.store import Outcome, Sizes


class IPeer(IContent):
    """A client that shares a torrent right now."""


class ISnatch(IContent):
    """What a member did with a torrent."""


class IAnnouncer(Interface):
    """Answers announces and scrapes, whatever protocol they came by; one thread at a time."""

    def announce(passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to an announce from a packed address, also to a refused one."""

    def scrape(passkey: bytes, query: bytes, address: bytes) -> bytes:
        """The bencoded answer to a scrape, also to a refused one."""

    def handle(passkey: bytes, announce: Announce, address: bytes) -> Answer:
        """The answer to an announce that was read from another protocol. Raises TrackerError."""

    def counts(
        passkey: bytes, info_hashes: Iterable[bytes], address: bytes
    ) -> list[tuple[int, int, int]]:
        """Seeders, snatches and leechers of torrents. Raises TrackerError."""

    def commit() -> bytes | None:
        """Make what was announced durable, before the answers leave.

        Returns None, or the refusal that must replace the answers to all announces since the last
        call.
        """


class ITracker(IAnnouncer):
    """The tracker of this process; all methods may be called from any thread."""

    directory: directory.Directory = Attribute("Members and torrents in memory.")
    lease: Lease = Attribute("The right to run the swarms.")

    def own() -> bool:
        """Take the swarms over, or renew the lease. False if another process has them.

        Raises SQLAlchemyError, and JournalError.
        """

    def disown() -> None:
        """Write what is left, and let another process have the swarms."""

    def owns() -> bool:
        """Whether this process answers announces."""

    def owner() -> str | None:
        """The process that has the swarms, None if nobody has them. Raises SQLAlchemyError."""

    def flush() -> None:
        """Write what the journal holds to the database. Raises SQLAlchemyError."""

    def try_to_flush() -> None:
        """Flush; what cannot be written stays in the journal."""

    def reap() -> None:
        """Drop the peers that have been silent for too long."""

    def sizes() -> Sizes:
        """The size of all swarms together; zeros while another process has them."""

    def flush_age() -> float:
        """Seconds since everything was written, or there was nothing to write."""

    def waiting() -> Credit:
        """The credit that is not in the database yet, of all members together."""

    def check() -> None:
        """Raise RuntimeError if flushes have been failing."""


class ISwarmStore(Interface):
    """Who shares which torrent right now. Times are Unix time in seconds.

    What changes comes back as records of the journal, in packed form: they must be in the journal
    before an announce is answered.
    """

    rules: Rules = Attribute("The numbers that sessions are judged by.")

    def announce(
        member: directory.Member, torrent: directory.KnownTorrent, announce: Announce, now: float
    ) -> Outcome:
        """Take in an announce. Raises TrackerError if the member has too many clients there."""

    def counts(torrent: directory.KnownTorrent) -> tuple[int, int, int]:
        """Complete and incomplete peers, and those of the latter that download (BEP 21)."""

    def sizes() -> Sizes:
        """The size of all swarms together."""

    def reap(now: float) -> Iterator[list[bytes]]:
        """Drop silent peers, a swarm at a time."""

    def forget(torrent: directory.KnownTorrent, now: float) -> list[bytes]:
        """Drop all peers of a torrent that was deleted."""

    def restore(member: directory.Member, torrent: directory.KnownTorrent, record: Record) -> None:
        """Put a peer into the state that a record has, or drop it."""


class IRates(Interface):
    """A utility that changes how much of torrents' traffic is credited; any number, by name.

    Its answers are kept in memory. Call `tracker.directory.record_change` in the transaction that
    changes them.
    """

    def rates(
        session: Session, torrent_ids: Collection[int] | None
    ) -> Mapping[int, directory.Rates]:
        """The Rates of those of the torrents (None: of all) that do not have 100 %, by id."""


class ILeechPolicy(Interface):
    """A utility that forbids members to download, such as those with a low ratio; see IRates."""

    def refusals(session: Session, user_ids: Collection[int] | None) -> Mapping[int, TrackerError]:
        """The refusals for those of the members (None: of all) who must not download, by id."""


class ITorrentPolicy(Interface):
    """A utility that refuses announces of torrents, such as those to be approved; see IRates."""

    def refusals(
        session: Session, torrent_ids: Collection[int] | None
    ) -> Mapping[int, TrackerError]:
        """The refusals for those of the torrents (None: of all) that are not served, by id."""


class IPeerEvent(Interface):
    """What a client did, heard when the flusher writes it, inside its transaction.

    Subscribers change only the database, by `session`; they do not commit. An event is heard
    once, within seconds of the announce, and in the order of the announces. Members and torrents
    that were removed for good are left out. If a subscriber fails, its changes for this event are
    rolled back and the failure is logged; the credit is written nevertheless.
    """

    session: Session = Attribute("The session that writes the credit.")
    user_id: int = Attribute("The member.")
    torrent_id: int = Attribute("The torrent.")
    peer_id: bytes = Attribute("The 20 bytes by which the client calls itself.")
    time: float = Attribute("When the client announced, as Unix time.")


class ISnatched(IPeerEvent):
    """A member completed a torrent for the first time."""

    uploaded: int = Attribute("Bytes that the client counts in this session.")
    downloaded: int = Attribute("Bytes that the client counts in this session.")


class IPeerStarted(IPeerEvent):
    """A client began to share a torrent."""

    left: int = Attribute("Bytes that the client lacks.")


class IPeerStopped(IPeerEvent):
    """A client stopped sharing a torrent, or was dropped."""

    silent: bool = Attribute("Whether the tracker dropped it, mostly since it was silent.")


class IImplausibleClaim(IPeerEvent):
    """A client claims more bytes than is possible; they are in no sum but the refused ones."""

    uploaded: int = Attribute("Refused bytes of upload.")
    downloaded: int = Attribute("Refused bytes of download.")
