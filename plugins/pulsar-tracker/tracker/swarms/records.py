"""One peer of one torrent, and the accounting of its announces."""

from __future__ import annotations

from typing import NamedTuple

from tracker.swarms.types import Peer, PeerRecord, SwarmRules


class Delta(NamedTuple):
    """What an announce adds to what the one before it said."""

    uploaded: int = 0
    downloaded: int = 0
    refused_uploaded: int = 0
    refused_downloaded: int = 0
    seed_seconds: int = 0
    snatched: bool = False


class Endpoint:
    """Where a peer listens in one address family; `pool` and `slot` belong to the swarm."""

    __slots__ = ("packed", "peer_id", "pool", "seen", "slot")

    def __init__(self, packed: bytes, peer_id: bytes, seen: float) -> None:
        self.packed = packed
        self.peer_id = peer_id
        self.seen = seen
        self.pool: object | None = None
        self.slot = 0


class Record:
    """The changing state of a peer; see PeerRecord for the fields of the same names.

    `counted_at` is when the counters were last reported as high as they are. `seeded_until` is
    the second up to which seed time was given. `seat` belongs to the swarm.
    """

    __slots__ = (
        "active",
        "counted_at",
        "downloaded",
        "endpoint4",
        "endpoint6",
        "joined",
        "leeched",
        "left",
        "paused",
        "peer_id",
        "seat",
        "seeded_until",
        "seen",
        "snatched",
        "torrent_id",
        "uploaded",
        "user_id",
    )

    def __init__(self, record: PeerRecord) -> None:
        self.torrent_id = record.torrent_id
        self.user_id = record.user_id
        self.peer_id = record.peer_id
        self.endpoint4 = self._endpoint(record.endpoint4, record.seen)
        self.endpoint6 = self._endpoint(record.endpoint6, record.seen)
        self.uploaded = record.uploaded
        self.downloaded = record.downloaded
        self.left = record.left
        self.paused = record.paused
        self.active = record.active
        self.leeched = record.leeched
        self.snatched = record.snatched
        self.joined = record.joined
        self.seen = record.seen
        self.counted_at = record.seen
        self.seeded_until = int(record.seen) if record.active and record.left == 0 else 0
        self.seat = 0

    @classmethod
    def first(cls, torrent_id: int, peer: Peer, now: float) -> Record:
        """The record of a peer that was not known before."""
        return cls(
            PeerRecord(
                torrent_id=torrent_id,
                user_id=peer.user_id,
                peer_id=peer.peer_id,
                endpoint4=peer.endpoint4,
                endpoint6=peer.endpoint6,
                uploaded=peer.uploaded,
                downloaded=peer.downloaded,
                left=peer.left,
                paused=peer.event == "paused",
                active=True,
                leeched=peer.left > 0,
                snatched=peer.event == "completed" and peer.left == 0,
                joined=now,
                seen=now,
            )
        )

    def export(self) -> PeerRecord:
        """A copy of the state."""
        return PeerRecord(
            self.torrent_id,
            self.user_id,
            self.peer_id,
            self.endpoint4.packed if self.endpoint4 else None,
            self.endpoint6.packed if self.endpoint6 else None,
            self.uploaded,
            self.downloaded,
            self.left,
            self.paused,
            self.active,
            self.leeched,
            self.snatched,
            self.joined,
            self.seen,
        )

    def update(self, peer: Peer, now: float, rules: SwarmRules, seeded_until: int) -> Delta:
        """Take over what the announce says, endpoints excepted, and tell what it adds.

        A client on two stacks (BEP 7), or with a hybrid torrent, announces everything several
        times with the same peer id; the copies share these counters, so each byte counts once
        whatever the order they arrive in. `seeded_until` is up to when any client of the user was
        given seed time for this torrent: several clients do not seed longer than one.
        """
        if peer.event == "started" and not self.active:
            # A new session of the same peer id (pause and resume): its counters start again.
            self.endpoint4 = self.endpoint6 = None
            self._take_counters(peer, now)
            self._take_state(peer, now)
            return Delta()

        uploaded, downloaded = peer.uploaded - self.uploaded, peer.downloaded - self.downloaded
        backwards = uploaded < 0 or downloaded < 0
        late = backwards and now - self.counted_at <= rules.lag
        limit = None
        if rules.max_speed is not None:
            limit = rules.max_speed * max(now - self.counted_at, 1.0)
        uploaded, refused_uploaded = _split(uploaded, limit)
        downloaded, refused_downloaded = _split(downloaded, limit)
        seed_seconds = self._seed_seconds(peer, now, rules, seeded_until)
        # aria2 that is not to seed stops when it has all, and never says "completed".
        finished = peer.event == "completed" or (peer.event == "stopped" and peer.downloaded > 0)
        snatched = finished and peer.left == 0 and self.leeched and not self.snatched
        self.snatched = self.snatched or snatched

        if late:
            self.uploaded = max(self.uploaded, peer.uploaded)
            self.downloaded = max(self.downloaded, peer.downloaded)
            self.seen = max(self.seen, now)
            self.active = self.active and peer.event != "stopped"
        else:
            self._take_counters(peer, now)
            self._take_state(peer, now)
        return Delta(
            uploaded, downloaded, refused_uploaded, refused_downloaded, seed_seconds, snatched
        )

    def renew_endpoints(self, peer: Peer, now: float, timeout: int) -> bool:
        """Take over the endpoints of the announce; tells whether they are other ones now.

        The endpoint of the family that the announce is silent about is kept as long as a peer is.
        """
        endpoint4 = self._renewed(self.endpoint4, peer.endpoint4, now, timeout)
        endpoint6 = self._renewed(self.endpoint6, peer.endpoint6, now, timeout)
        if endpoint4 is self.endpoint4 and endpoint6 is self.endpoint6:
            return False
        self.endpoint4, self.endpoint6 = endpoint4, endpoint6
        return True

    def listens_at(self, peer: Peer) -> bool:
        """Whether the peer of the announce listens where this one did."""
        return (self.endpoint4 is not None and self.endpoint4.packed == peer.endpoint4) or (
            self.endpoint6 is not None and self.endpoint6.packed == peer.endpoint6
        )

    def _endpoint(self, packed: bytes | None, now: float) -> Endpoint | None:
        return Endpoint(packed, self.peer_id, now) if packed else None

    def _renewed(
        self, endpoint: Endpoint | None, packed: bytes | None, now: float, timeout: int
    ) -> Endpoint | None:
        if packed is None:
            return endpoint if endpoint is not None and endpoint.seen > now - timeout else None
        if endpoint is not None and endpoint.packed == packed:
            endpoint.seen = now
            return endpoint
        return self._endpoint(packed, now)

    def _seed_seconds(self, peer: Peer, now: float, rules: SwarmRules, seeded_until: int) -> int:
        """The seconds between two announces of a seeder; the last one may say that it stops.

        Whole seconds of the clock are compared, so that many short gaps add up to the long one.
        """
        if not self.active or self.left or peer.left:
            return 0
        start, end = int(self.seen), int(now)
        if end - start > 2 * rules.interval:
            return 0
        self.seeded_until = max(end, self.seeded_until)
        return max(0, end - max(start, seeded_until))

    def _take_counters(self, peer: Peer, now: float) -> None:
        self.uploaded = peer.uploaded
        self.downloaded = peer.downloaded
        self.counted_at = now

    def _take_state(self, peer: Peer, now: float) -> None:
        self.left = peer.left
        self.paused = peer.event == "paused"
        self.leeched = self.leeched or peer.left > 0
        self.active = peer.event != "stopped"
        self.seen = max(self.seen, now)


def _split(delta: int, limit: float | None) -> tuple[int, int]:
    """Divide a difference of counters into what is credited and what is refused."""
    if delta <= 0:
        return 0, 0
    if limit is not None and delta > limit:
        return 0, delta
    return delta, 0
