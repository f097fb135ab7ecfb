"""One process at a time runs the swarms of a shard."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal, make_url, select
from sqlalchemy.exc import OperationalError

from pulsar.db.session import Database, make_engine
from pulsar.interfaces import IDatabase
from pulsar.testing.processes import wait_for
from pulsar.testing.servers import Proxy
from tracker import lease as module
from tracker.lease import Lease

SECONDS = 30.0


class Clocks:
    """The clock of the processes, and that of the database."""

    def __init__(self) -> None:
        self.process = 1000.0
        self.database = 1_800_000_000.0

    def go(self, seconds: float) -> None:
        self.process += seconds
        self.database += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(module, "_clock", lambda: clocks.process)
    monkeypatch.setattr(module, "_now", lambda session: literal(clocks.database))
    return clocks


@pytest.fixture
def sessions(registry: Any, db: Any) -> Callable[[], Any]:
    """Sessions of the database that is rolled back."""
    return partial(registry.getUtility(IDatabase).session, True)


@pytest.fixture
def make(sessions: Callable[[], Any]) -> Callable[..., Lease]:
    """``make("one")``: the lease of another process."""
    return lambda holder, shard="0": Lease(sessions, shard, holder, SECONDS)


@pytest.mark.usefixtures("clocks")
class TestHolder:
    def test_first(self, make: Callable[..., Lease]) -> None:
        one, two = make("one"), make("two")
        assert one.holder() is None
        assert not one.held()
        assert one.acquire() == 1
        assert one.held()
        assert two.acquire() is None
        assert not two.held()
        assert two.holder() == one.holder() == "one"

    def test_renewing_keeps_the_number(self, make: Callable[..., Lease], clocks: Clocks) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        for _ in range(5):
            clocks.go(20)
            assert one.renew()
            assert one.held()
            assert two.acquire() is None
        clocks.go(20)
        assert one.acquire() == 1

    def test_change_gives_a_new_number(self, make: Callable[..., Lease], clocks: Clocks) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        clocks.go(29)
        assert two.acquire() is None
        clocks.go(2)
        assert two.holder() is None
        assert two.acquire() == 2
        assert two.holder() == "two"
        assert one.fence == 1
        assert not one.renew()
        assert one.fence is None
        assert one.acquire() is None
        clocks.go(31)
        assert one.acquire() == 3

    def test_same_name(self, make: Callable[..., Lease]) -> None:
        """Only one process has what the name stands for, so the one before it has ended."""
        first, second = make("one"), make("one")
        assert first.acquire() == 1
        assert second.acquire() == 2
        assert not first.renew()

    def test_release(self, make: Callable[..., Lease]) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        one.release()
        assert not one.held()
        assert two.holder() is None
        assert two.acquire() == 2
        one.release()
        assert two.renew()
        assert not one.renew()

    def test_late_renewal_without_another_holder(
        self, make: Callable[..., Lease], clocks: Clocks
    ) -> None:
        one = make("one")
        one.acquire()
        clocks.go(100)
        assert not one.held()
        assert one.renew()
        assert one.held()
        assert one.fence == 1

    def test_shards(self, make: Callable[..., Lease]) -> None:
        one, two = make("one", "1/2"), make("two", "2/2")
        assert one.acquire() == 1
        assert two.acquire() == 1
        assert one.renew()
        assert two.holder() == "two"


class TestClocks:
    def test_ends_before_the_database_says_so(
        self, make: Callable[..., Lease], clocks: Clocks
    ) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        clocks.go(26)
        assert one.held()
        clocks.go(2)
        assert not one.held()
        assert two.acquire() is None

    def test_time_that_the_database_took(
        self, make: Callable[..., Lease], clocks: Clocks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The lease counts from before the database was asked."""
        one = make("one")
        one.acquire()

        def slow(session: Any) -> Any:
            clocks.go(20)
            return literal(clocks.database)

        monkeypatch.setattr(module, "_now", slow)
        assert one.renew()
        clocks.go(8)
        assert not one.held()

    @pytest.mark.parametrize("step", [-7200.0, 7200.0])
    def test_steps_of_the_wall_clock(
        self, make: Callable[..., Lease], clocks: Clocks, step: float
    ) -> None:
        one = make("one")
        one.acquire()
        clocks.database += step
        assert one.held()
        clocks.go(10)
        assert one.renew()
        assert make("two").acquire() is None
        clocks.go(28)
        assert not one.held()

    def test_dead_holder_of_before_a_step_back(
        self, make: Callable[..., Lease], clocks: Clocks
    ) -> None:
        make("one").acquire()
        clocks.database -= 7200
        two = make("two")
        assert two.acquire() is None
        clocks.go(29)
        assert two.acquire() is None
        clocks.go(2)
        assert two.acquire() == 2

    def test_living_holder_of_before_a_step_back(
        self, make: Callable[..., Lease], clocks: Clocks
    ) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        clocks.database -= 7200
        for _ in range(10):
            assert two.acquire() is None
            clocks.go(10)
            assert one.renew()

    def test_clock_of_the_database(self, make: Callable[..., Lease], sessions: Any) -> None:
        with sessions() as session:
            told = session.scalar(select(module._now(session)))
        assert abs(told - time.time()) < 60
        assert make("one").acquire() == 1


@pytest.mark.usefixtures("clocks")
class TestConfirm:
    def test_only_the_holder(
        self, make: Callable[..., Lease], sessions: Any, clocks: Clocks
    ) -> None:
        one, two = make("one"), make("two")
        one.acquire()
        with sessions() as session:
            assert one.confirm(session)
            assert not two.confirm(session)
        clocks.go(31)
        two.acquire()
        with sessions() as session:
            assert not one.confirm(session)
            assert two.confirm(session)


#: A process that serves while it holds the lease, and writes down when it did.
SERVER = """
import sys, time
from functools import partial
import pulsar.classes.models
from pulsar.db.session import Database, make_engine
from tracker.lease import Lease, _clock

url, name, seconds, told = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
sessions = partial(Database(make_engine(url)).session, True)
lease = Lease(sessions, "0", name, seconds)
with open(told, "a", buffering=1) as log:
    while True:
        fence = lease.acquire()
        due = _clock() + seconds / 10
        while _clock() < due:
            if lease.held():
                print(fence, _clock(), file=log)
            time.sleep(0.01)
"""
LEASE = 2.0
#: For a busy machine.
PATIENCE = 120


class Server:
    """A running process, and when it held the lease."""

    def __init__(self, url: str, name: str, folder: Path) -> None:
        self._told = folder / name
        command = [sys.executable, "-c", SERVER, url, name, str(LEASE), str(self._told)]
        self.process = subprocess.Popen(command)

    def runs(self) -> bool:
        """Whether it tries to get the lease."""
        return self._told.exists()

    def held(self) -> list[tuple[float, int]]:
        """Moments, with the number that the process had."""
        lines = self._told.read_text().split("\n")[:-1]
        return [(float(line.split()[1]), int(line.split()[0])) for line in lines]

    def held_after(self, moment: float) -> bool:
        return any(when > moment for when, _ in self.held())

    def kill(self) -> float:
        """Kill the process; when that was done."""
        self.process.kill()
        self.process.wait()
        return module._clock()


@pytest.fixture
def url(make_site: Callable[..., Any]) -> str:
    """The database of a site of its own."""
    url: str = make_site(**{"pulsar.plugins": "torrents tracker"}).registry.settings[
        "sqlalchemy.url"
    ]
    return url


class TestProcesses:
    @pytest.fixture
    def run(self, url: str, tmp_path: Path) -> Iterator[Callable[[str], Server]]:
        started: list[Server] = []

        def start(name: str) -> Server:
            started.append(Server(url, name, tmp_path))
            return started[-1]

        yield start
        for server in started:
            server.kill()

    def test_one_at_a_time(self, run: Callable[[str], Server]) -> None:
        servers = [run("one"), run("two"), run("three")]
        wait_for(lambda: all(server.runs() for server in servers), PATIENCE, "a start")
        wait_for(lambda: any(server.held() for server in servers), PATIENCE, "a lease")
        began = module._clock()
        # Longer than a lease, so that it was renewed.
        wait_for(
            lambda: any(server.held_after(began + 1.5 * LEASE) for server in servers),
            PATIENCE,
            "a renewal",
        )
        holder = max(servers, key=lambda server: server.held()[-1:])
        killed = holder.kill()
        others = [server for server in servers if server is not holder]
        wait_for(
            lambda: any(server.held_after(killed) for server in others), PATIENCE, "a takeover"
        )
        taken = min(when for server in others for when, _ in server.held() if when > killed)
        # The others ask ten times in the time of a lease; the rest is for a busy machine.
        assert taken - killed <= 1.1 * LEASE + 5
        moments = sorted(
            (when, fence, number)
            for number, server in enumerate(servers)
            for when, fence in server.held()
        )
        for (_, fence, number), (_, later, other) in pairwise(moments):
            assert (later > fence) == (other != number)
            assert later >= fence


class TestOutage:
    """The database is away for less than the time of the lease."""

    @pytest.fixture
    def outage(self, url: str) -> Iterator[tuple[str, Callable[[], Any], Callable[[], None]]]:
        """Another way to the database, which can be cut and restored."""
        with ExitStack() as stack:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite":
                engine = make_engine(url).execution_options(pulsar_writes=True)
                stack.callback(engine.dispose)
                # Another process that writes for a long time.
                other = stack.enter_context(engine.connect())
                yield f"{url}?timeout=0.1", other.begin, other.rollback
            else:
                proxy = Proxy(parsed.host or "127.0.0.1", parsed.port or 5432)
                stack.callback(proxy.close)
                parsed = parsed.set(host="127.0.0.1", port=proxy.port)
                way = parsed.render_as_string(hide_password=False)
                yield way, proxy.cut, proxy.restore

    def test_does_not_lose_it(
        self, url: str, outage: tuple[str, Callable[[], Any], Callable[[], None]]
    ) -> None:
        way, cut, restore = outage
        engines = [make_engine(way), make_engine(url)]
        one, two = (
            Lease(partial(Database(engine).session, True), "0", name, SECONDS)
            for engine, name in zip(engines, ("one", "two"), strict=True)
        )
        assert one.acquire() == 1
        cut()
        for _ in range(2):
            with pytest.raises(OperationalError):
                one.renew()
            assert one.held()
            assert one.fence == 1
        restore()
        assert two.acquire() is None
        assert wait_for(lambda: renewed(one), 30, "a renewal")
        assert one.held()
        assert one.acquire() == 1
        for engine in engines:
            engine.dispose()


def renewed(lease: Lease) -> bool:
    """Whether the lease is renewed; broken connections of the pool fail first."""
    try:
        return lease.renew()
    except OperationalError:
        return False
