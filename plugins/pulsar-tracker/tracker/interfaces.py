"""The services of the tracker that can be replaced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

from pulsar.interfaces import IContent

if TYPE_CHECKING:
    from .accounting import Batch, Credit
    from .swarms.types import Counts, Outcome, Peer, PeerRecord, Rates, Sizes, SwarmRules


class IPeer(IContent):
    """A client that shares a torrent right now."""


class ISnatch(IContent):
    """What a member did with a torrent."""


class ITracker(Interface):
    """The tracker of this process."""

    store: ISwarmStore = Attribute("Who shares which torrent.")

    def announce(passkey: str, query: str, address: str) -> bytes:
        """Take in an announce; the bencoded answer, also to a refused one."""

    def scrape(passkey: str, query: str, address: str) -> bytes:
        """The bencoded answer to a scrape, also to a refused one."""

    def load() -> None:
        """Take up the swarms that the database kept, before the first announce."""

    def flush() -> None:
        """Write credit and counters to the database; raises what the database raises."""

    def reap() -> None:
        """Drop the peers that have been silent for too long."""

    def forget(torrent_id: int) -> None:
        """Drop the swarm of a deleted torrent."""

    def flush_age() -> float:
        """Seconds since credit was last written, or there was none to write."""

    def waiting() -> Credit:
        """The Credit that is not in the database yet, of all members together."""

    def check() -> None:
        """Raise where flushes have been failing."""


class ILedger(Interface):
    """Collects what announces add up to until it is written to the database; safe for threads."""

    def book(outcome: Outcome, rates: Rates, now: float) -> None:
        """Enter the Outcome of an announce, at the Rates of its torrent."""

    def drop(record: PeerRecord, counts: Counts) -> None:
        """Enter that the peer of a PeerRecord is gone and that its swarm has these Counts now."""

    def waiting() -> Credit:
        """The Credit of all members together that was entered since the last call of drain."""

    def drain() -> Batch:
        """Hand over all that was entered since the last call, as a Batch."""


class ISwarmStore(Interface):
    """Who shares which torrent right now; safe for threads.

    Torrents and users are known by their ids, so an info-hash is looked up before: both hashes of
    a hybrid torrent lead to one swarm. Times are Unix time in seconds.

    The store keeps the ledger, because moving a peer's counters and entering what they moved by
    must be one step: whoever drains in between would save one without the other.
    """

    rules: SwarmRules = Attribute("What the store goes by.")
    ledger: ILedger = Attribute("Where every announce and every dropped peer is entered.")

    def announce(
        torrent_id: int,
        peer: Peer,
        now: float,
        numwant: int,
        *,
        rates: Rates = ...,
        peer_ids: bool = False,
    ) -> Outcome:
        """Take in the announce of a Peer, enter it in the ledger and return its Outcome.

        Up to `numwant` endpoints of other users are chosen, each peer in its turn; seeders are
        told of no seeders. `peer_ids` asks for the ids of the chosen. Raises TrackerError when
        the user has the torrent in too many places; a peer can always stop.
        """

    def sizes() -> Sizes:
        """The Sizes of all swarms together, without a look at each."""

    def counts(torrent_id: int) -> Counts:
        """The Counts of a swarm, zeros if there is none."""

    def scrape(torrent_ids: Iterable[int]) -> dict[int, Counts]:
        """The Counts of several swarms, by torrent id."""

    def peers(torrent_id: int) -> list[PeerRecord]:
        """The active peers of a torrent, a list of PeerRecord."""

    def user_peers(user_id: int) -> list[PeerRecord]:
        """The active peers of a user, a list of PeerRecord by torrent."""

    def locations(user_id: int, torrent_id: int, now: float) -> int:
        """In how many places the user has the torrent: active peer ids that are not overdue."""

    def reap(now: float, timeout: int | None = None) -> list[PeerRecord]:
        """Drop the peers silent for `timeout` seconds and return them, a list of PeerRecord."""

    def forget(torrent_id: int) -> list[PeerRecord]:
        """Drop all peers of a deleted torrent and return them, a list of PeerRecord."""

    def restore(records: Iterable[PeerRecord]) -> int:
        """Load PeerRecords that a database kept, before the first announce.

        Peers that have announced already are left alone. Returns how many were loaded.
        """

    def snapshot() -> list[PeerRecord]:
        """All peers, the stopped ones too, a list of PeerRecord; the longest silent first."""
