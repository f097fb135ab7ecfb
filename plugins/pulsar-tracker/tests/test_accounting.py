"""The ledger, and that a crash neither loses nor doubles a byte."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from zope.interface.verify import verifyObject

from tracker.accounting import Batch, Ledger
from tracker.interfaces import ILedger
from tracker.protocol.addresses import pack_endpoint
from tracker.swarms.memory import MemorySwarmStore
from tracker.swarms.types import Counts, Outcome, Peer, PeerRecord, Rates, SwarmRules

RECORD = PeerRecord(
    torrent_id=1,
    user_id=2,
    peer_id=b"p" * 20,
    endpoint4=None,
    endpoint6=None,
    uploaded=0,
    downloaded=0,
    left=0,
    paused=False,
    active=True,
    leeched=False,
    snatched=False,
    joined=0.0,
    seen=0.0,
)
FULL = Rates()


def outcome(record: PeerRecord = RECORD, complete: int = 0, **facts: Any) -> Outcome:
    return Outcome(Counts(complete, 0, 0), record, **facts)


class TestLedger:
    def test_interface(self) -> None:
        assert verifyObject(ILedger, Ledger())

    def test_empty(self) -> None:
        ledger = Ledger()
        assert not ledger.drain()
        assert not ledger.drain()

    def test_batches_have_names(self) -> None:
        ledger = Ledger()
        assert len({ledger.drain().id for _ in range(3)}) == 3

    def test_sums(self) -> None:
        ledger = Ledger()
        ledger.book(outcome(uploaded_delta=5, downloaded_delta=2, seed_seconds=9), FULL, 10)
        ledger.book(outcome(uploaded_delta=1, snatched=True, refused_downloaded=4), FULL, 20)
        batch = ledger.drain()
        assert (batch.credits[2].uploaded, batch.credits[2].downloaded) == (6, 2)
        progress = batch.progress[2, 1]
        assert (progress.uploaded, progress.downloaded) == (6, 2)
        assert (progress.refused_uploaded, progress.refused_downloaded) == (0, 4)
        assert (progress.seed_seconds, progress.snatches, progress.announces) == (9, 1, 2)
        activity = batch.torrents[1]
        assert (activity.uploaded, activity.downloaded, activity.snatches) == (6, 2, 1)

    def test_latest_state(self) -> None:
        ledger = Ledger()
        ledger.book(outcome(RECORD._replace(left=5), complete=1), FULL, 10)
        last = RECORD._replace(left=3, active=False)
        ledger.book(outcome(last, complete=2), FULL, 20)
        batch = ledger.drain()
        progress = batch.progress[2, 1]
        assert (progress.left, progress.active, progress.last_action) == (3, False, 20)
        assert batch.torrents[1].counts == Counts(2, 0, 0)
        assert batch.peers == {RECORD.key: last}

    def test_no_credit_no_entry(self) -> None:
        ledger = Ledger()
        ledger.book(outcome(), FULL, 10)
        batch = ledger.drain()
        assert batch
        assert batch.credits == {}

    def test_a_stranger_stops(self) -> None:
        ledger = Ledger()
        ledger.book(Outcome(Counts()), FULL, 10)
        assert not ledger.drain()

    def test_gone(self) -> None:
        ledger = Ledger()
        ledger.book(outcome(), FULL, 10)
        ledger.drop(RECORD, Counts(7, 0, 0))
        batch = ledger.drain()
        assert batch.peers == {RECORD.key: None}
        assert batch.torrents[1].counts == Counts(7, 0, 0)

    def test_replaced(self) -> None:
        ledger = Ledger()
        other = RECORD._replace(peer_id=b"q" * 20, active=False)
        ledger.book(outcome(replaced=(other,)), FULL, 10)
        assert ledger.drain().peers == {RECORD.key: RECORD, other.key: other}

    def test_drained_is_drained(self) -> None:
        ledger = Ledger()
        ledger.book(outcome(uploaded_delta=5), FULL, 10)
        first = ledger.drain()
        ledger.book(outcome(uploaded_delta=1), FULL, 20)
        assert first.credits[2].uploaded == 5
        assert ledger.drain().credits[2].uploaded == 1


@dataclass
class Sums:
    """What a database would have added up."""

    credits: dict[int, list[int]] = field(default_factory=dict)
    progress: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        for user_id, credit in batch.credits.items():
            self.enter(self.credits, user_id, [credit.uploaded, credit.downloaded])
        for key, progress in batch.progress.items():
            values = [progress.uploaded, progress.downloaded, progress.seed_seconds]
            self.enter(self.progress, key, [*values, progress.snatches, progress.announces])

    def enter(self, sums: dict[Any, list[int]], key: Any, values: list[int]) -> None:
        sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(values)), values, strict=True)]


class TestConservation:
    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.just("drain")
            | st.tuples(
                st.integers(1, 3),
                st.integers(1, 3),
                st.integers(0, 1000),
                st.integers(0, 1000),
                st.integers(0, 100),
                st.booleans(),
                st.sampled_from([0, 50, 100, 200]),
            ),
            max_size=40,
        )
    )
    def test_batches_add_up(self, steps: list[Any]) -> None:
        ledger, written, expected = Ledger(), Sums(), Sums()
        batches = []
        for now, step in enumerate(steps):
            if step == "drain":
                batches.append(ledger.drain())
                continue
            torrent_id, user_id, up, down, seconds, snatched, rate = step
            booked = outcome(
                RECORD._replace(torrent_id=torrent_id, user_id=user_id),
                uploaded_delta=up,
                downloaded_delta=down,
                seed_seconds=seconds,
                snatched=snatched,
            )
            ledger.book(booked, Rates(rate, rate), now)
            credit = [up * rate // 100, down * rate // 100]
            if any(credit):
                expected.enter(expected.credits, user_id, credit)
            values = [up, down, seconds, int(snatched), 1]
            expected.enter(expected.progress, (user_id, torrent_id), values)
        for batch in [*batches, ledger.drain()]:
            written.add(batch)
        assert written == expected


@dataclass
class Client:
    """What a client has sent, and what the tracker must have made of it.

    `counted_from` is the counter at its first announce, or at that of its session; `earned` is
    what sessions before brought.
    """

    sent: int = 0
    counted_from: int | None = None
    counted_to: int = 0
    earned: int = 0
    stopped: bool = False

    @property
    def due(self) -> int:
        if self.counted_from is None:
            return self.earned
        return self.earned + self.counted_to - self.counted_from


class Crashes(RuleBasedStateMachine):
    """A tracker that crashes, with a database that is slow, against the books of its clients.

    A batch waits while announces go on, until it is written or a crash takes it. The database
    holds what was committed and nothing else; after a crash the store starts from its peers. A
    client is owed what it sent between its first announce that was not forgotten and
    the last one that was committed.
    """

    CLIENTS = st.sampled_from([(user, torrent) for user in (1, 2, 3) for torrent in (1, 2)])

    @initialize()
    def start(self) -> None:
        self.now = 0.0
        self.clients: dict[tuple[int, int], Client] = {}
        self.committed: dict[tuple[int, int], Client] = {}
        self.credits: dict[int, int] = {}
        self.peers: dict[Any, PeerRecord] = {}
        self.written: set[str] = set()
        self.batch: tuple[Batch, dict[tuple[int, int], Client]] | None = None
        self.boot()

    def boot(self) -> None:
        self.store = MemorySwarmStore(Ledger(), SwarmRules(max_speed=None))
        self.store.restore(self.peers.values())

    @rule(
        key=CLIENTS,
        more=st.integers(0, 1000),
        event=st.sampled_from(["", "", "", "started", "stopped"]),
        family=st.sampled_from([4, 6]),
        pause=st.sampled_from([0.0, 1.0, 900.0]),
    )
    def announce(
        self, key: tuple[int, int], more: int, event: Any, family: Any, pause: float
    ) -> None:
        self.now += pause
        client = self.clients.setdefault(key, Client())
        client.sent += more
        user_id, torrent_id = key
        endpoint4 = pack_endpoint(f"10.0.0.{user_id}", 6000) if family == 4 else None
        endpoint6 = pack_endpoint(f"2a00::{user_id}", 6000) if family == 6 else None
        peer_id = b"-XX0001-%012d" % user_id
        self.store.announce(
            torrent_id,
            Peer(user_id, peer_id, endpoint4, endpoint6, family, client.sent, 0, 1, event),
            self.now,
            10,
        )
        if client.counted_from is None:
            if event != "stopped":
                client.counted_from = client.sent
        elif client.stopped and event == "started":
            client.earned, client.counted_from = client.due, client.sent
        client.counted_to = client.sent
        client.stopped = event == "stopped"

    @rule(pause=st.sampled_from([7100.0, 7300.0]))
    def reap(self, pause: float) -> None:
        self.now += pause
        for record in self.store.reap(self.now):
            client = self.clients[record.user_id, record.torrent_id]
            client.earned, client.counted_from = client.due, None

    @precondition(lambda self: self.batch is None)
    @rule()
    def drain(self) -> None:
        self.batch = self.store.ledger.drain(), deepcopy(self.clients)

    @precondition(lambda self: self.batch is not None)
    @rule(noticed=st.booleans())
    def commit(self, noticed: bool) -> None:
        """Write the batch; where the answer is lost, it is tried again under its name."""
        batch, clients = self.batch
        if batch.id not in self.written:
            self.written.add(batch.id)
            self.committed = clients
            for user_id, credit in batch.credits.items():
                self.credits[user_id] = self.credits.get(user_id, 0) + credit.uploaded
            for key, record in batch.peers.items():
                if record is None:
                    self.peers.pop(key, None)
                else:
                    self.peers[key] = record
        if noticed:
            self.batch = None

    @rule()
    def crash(self) -> None:
        sent = {key: client.sent for key, client in self.clients.items()}
        self.batch = None
        self.clients = deepcopy(self.committed)
        for key, total in sent.items():
            # The client remembers what the tracker forgot.
            self.clients.setdefault(key, Client()).sent = total
        self.boot()

    @invariant()
    def every_byte_once(self) -> None:
        due: dict[int, int] = {}
        for (user_id, _), client in self.committed.items():
            due[user_id] = due.get(user_id, 0) + client.due
        assert {user: total for user, total in due.items() if total} == self.credits

    @invariant()
    def counters_belong_to_the_credit(self) -> None:
        for record in self.peers.values():
            client = self.committed[record.user_id, record.torrent_id]
            assert record.uploaded == client.counted_to


TestCrashes = Crashes.TestCase
TestCrashes.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
