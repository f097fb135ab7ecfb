"""The services of the tracker that can be replaced."""

from __future__ import annotations

from zope.interface import Attribute, Interface

from pulsar.interfaces import IContent


class IPeer(IContent):
    """A client that shares a torrent right now."""


class ISnatch(IContent):
    """What a member did with a torrent."""


class ITracker(Interface):
    """The tracker of this process."""

    store = Attribute("The ISwarmStore.")

    def announce(passkey, query, address):
        """Take in an announce; the bencoded answer, also to a refused one."""

    def scrape(passkey, query, address):
        """The bencoded answer to a scrape, also to a refused one."""

    def load():
        """Take up the swarms that the database kept, before the first announce."""

    def flush():
        """Write credit and counters to the database; raises what the database raises."""

    def reap():
        """Drop the peers that have been silent for too long."""

    def forget(torrent_id):
        """Drop the swarm of a deleted torrent."""

    def flush_age():
        """Seconds since credit was last written, or there was none to write."""

    def waiting():
        """The Credit that is not in the database yet, of all members together."""

    def check():
        """Raise where flushes have been failing."""


class ILedger(Interface):
    """Collects what announces add up to until it is written to the database; safe for threads."""

    def book(outcome, rates, now):
        """Enter the Outcome of an announce, at the Rates of its torrent."""

    def drop(record, counts):
        """Enter that the peer of a PeerRecord is gone and that its swarm has these Counts now."""

    def waiting():
        """The Credit of all members together that was entered since the last call of drain."""

    def drain():
        """Hand over all that was entered since the last call, as a Batch."""


class ISwarmStore(Interface):
    """Who shares which torrent right now; safe for threads.

    Torrents and users are known by their ids, so an info-hash is looked up before: both hashes of
    a hybrid torrent lead to one swarm. Times are Unix time in seconds.

    The store keeps the ledger, because moving a peer's counters and entering what they moved by
    must be one step: whoever drains in between would save one without the other.
    """

    rules = Attribute("The SwarmRules that the store goes by.")
    ledger = Attribute("The ILedger that every announce and every dropped peer is entered in.")

    def announce(torrent_id, peer, now, numwant, *, rates, peer_ids):
        """Take in the announce of a Peer, enter it in the ledger and return its Outcome.

        Up to `numwant` endpoints of other users are chosen, each peer in its turn; seeders are
        told of no seeders. `peer_ids` asks for the ids of the chosen. Raises TrackerError when
        the user has the torrent in too many places; a peer can always stop.
        """

    def sizes():
        """The Sizes of all swarms together, without a look at each."""

    def counts(torrent_id):
        """The Counts of a swarm, zeros if there is none."""

    def scrape(torrent_ids):
        """The Counts of several swarms, by torrent id."""

    def peers(torrent_id):
        """The active peers of a torrent, a list of PeerRecord."""

    def user_peers(user_id):
        """The active peers of a user, a list of PeerRecord by torrent."""

    def locations(user_id, torrent_id, now):
        """In how many places the user has the torrent: active peer ids that are not overdue."""

    def reap(now, timeout=None):
        """Drop the peers silent for `timeout` seconds and return them, a list of PeerRecord."""

    def forget(torrent_id):
        """Drop all peers of a deleted torrent and return them, a list of PeerRecord."""

    def restore(records):
        """Load PeerRecords that a database kept, before the first announce.

        Peers that have announced already are left alone. Returns how many were loaded.
        """

    def snapshot():
        """All peers, the stopped ones too, a list of PeerRecord; the longest silent first."""
