"""Changes of transactions that overlap, are undone, or come after an outage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.users.models import User
from torrents.models import Torrent
from tracker.directory import purge, record_change
from tracker.directory.feed import feed_of


@pytest.fixture
def site(start: Callable[..., Any]) -> Any:
    return start()


@pytest.fixture
def follower(site: Any, follow: Callable[..., Any]) -> Any:
    return follow(site)


@pytest.fixture
def other_transactions(site: Any) -> Iterator[Callable[[], Session]]:
    """``other_transactions()``: a session that stays open as long as the test wants."""
    database = site.registry.getUtility(IDatabase)
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writing transaction at a time")
    with ExitStack() as opened:
        yield lambda: opened.enter_context(database.session(True))


@contextmanager
def without_database(site: Any) -> Iterator[None]:
    """Every statement of the site fails, as without a server."""

    def fail(*args: Any) -> None:
        raise OperationalError("", {}, Exception("away"))

    engine = site.registry.getUtility(IDatabase).engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def require_quiet(site: Any) -> None:
    """Skip if others use the server: their open transactions hold the oldest one back."""
    number = "CAST(CAST({} AS text) AS bigint)"
    with site.session() as session:
        if session.get_bind().dialect.name == "sqlite":
            return
        last = session.scalar(text(f"SELECT {number.format('pg_current_xact_id()')}"))
    with site.session() as session:
        oldest = number.format("pg_snapshot_xmin(pg_current_snapshot())")
        if session.scalar(text(f"SELECT {oldest}")) <= last:
            pytest.skip("another transaction of the server is open")


def disable(session: Session, user: Any) -> None:
    session.execute(update(User).where(User.id == user.id).values(enabled=False))


class TestOverlapping:
    def test_the_later_commits_first(
        self, site: Any, follower: Any, other_transactions: Callable[[], Session]
    ) -> None:
        first, second = site.member(), site.member()
        passkeys = site.passkey(first), site.passkey(second)
        follower.directory.catch_up()
        earlier, later = other_transactions(), other_transactions()
        disable(earlier, first)
        disable(later, second)
        later.commit()
        follower.directory.catch_up()
        assert follower.member(passkeys[1]) == "disabled"
        assert follower.member(passkeys[0]).id == first.id
        earlier.commit()
        follower.directory.catch_up()
        assert follower.member(passkeys[0]) == "disabled"

    def test_one_that_was_open_when_the_directory_loaded(
        self, site: Any, follow: Callable[..., Any], other_transactions: Callable[[], Session]
    ) -> None:
        user = site.member()
        passkey = site.passkey(user)
        other = other_transactions()
        disable(other, user)
        follower = follow(site)
        follower.directory.catch_up()
        assert follower.member(passkey).id == user.id
        other.commit()
        follower.directory.catch_up()
        assert follower.member(passkey) == "disabled"

    def test_nothing_is_read_twice_while_one_stays_open(
        self, site: Any, follower: Any, other_transactions: Callable[[], Session]
    ) -> None:
        user = site.member()
        disable(other_transactions(), user)
        site.torrent()
        follower.directory.catch_up()
        ran: list[str] = []
        engine = site.registry.getUtility(IDatabase).engine
        event.listen(engine, "before_cursor_execute", lambda *args: ran.append(args[2]))
        follower.directory.catch_up()
        assert len(ran) == 1

    def test_rolled_back(
        self, site: Any, follower: Any, other_transactions: Callable[[], Session]
    ) -> None:
        user = site.member()
        passkey = site.passkey(user)
        other = other_transactions()
        disable(other, user)
        other.rollback()
        follower.directory.catch_up()
        assert follower.member(passkey).id == user.id

    def test_savepoints(
        self, site: Any, follower: Any, other_transactions: Callable[[], Session]
    ) -> None:
        user = site.member()
        passkey = site.passkey(user)
        other = other_transactions()
        with other.begin_nested():
            disable(other, user)
        site.torrent()
        follower.directory.catch_up()
        other.commit()
        follower.directory.catch_up()
        assert follower.member(passkey) == "disabled"


class TestOutage:
    def test_of_the_database(self, site: Any, follower: Any) -> None:
        user = site.member()
        passkey = site.passkey(user)
        follower.directory.catch_up()
        site.change(user, locked=True)
        with without_database(site), pytest.raises(OperationalError):
            follower.directory.catch_up()
        assert follower.member(passkey).id == user.id
        follower.directory.catch_up()
        assert follower.member(passkey) == "locked"

    def test_in_the_middle_of_reading(
        self, site: Any, follower: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        user, torrent = site.member(), site.torrent()
        passkey = site.passkey(user)

        def fail(*args: Any) -> None:
            raise OperationalError("", {}, Exception("away"))

        with monkeypatch.context() as patch:
            patch.setattr("tracker.directory.loading.torrents", fail)
            with pytest.raises(OperationalError):
                follower.directory.catch_up()
        follower.directory.catch_up()
        assert follower.member(passkey).id == user.id
        assert follower.torrent(torrent.info_hash).id == torrent.id

    def test_age(self, site: Any, follower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [1000.0]
        monkeypatch.setattr("tracker.directory.directory.time.monotonic", lambda: now[0])
        follower.directory.catch_up()
        now[0] += 30
        assert follower.directory.age() == 30
        with without_database(site), pytest.raises(OperationalError):
            follower.directory.catch_up()
        assert follower.directory.age() == 30
        follower.directory.catch_up()
        assert follower.directory.age() == 0


class TestPurge:
    @pytest.fixture
    def purge_later(self, site: Any) -> Callable[[timedelta], None]:
        """``purge_later(ahead)``: purge as it will be so much later."""

        def run(ahead: timedelta) -> None:
            with site.session() as session:
                feed_of(session).purge(session, utcnow() + ahead - timedelta(days=1))

        return run

    def test_new_changes_stay(self, site: Any, follower: Any, purge_later: Any) -> None:
        torrent = site.torrent()
        before = follower.number_of_changes()
        purge_later(timedelta())
        assert follower.number_of_changes() == before
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == torrent.id

    def test_the_table_does_not_grow(self, site: Any, follower: Any, purge_later: Any) -> None:
        for _ in range(3):
            site.torrent()
            purge_later(timedelta(days=2))
        assert follower.number_of_changes() == 1

    def test_one_that_was_away_for_longer_loads(
        self, site: Any, follower: Any, purge_later: Any
    ) -> None:
        known, gone, user = site.torrent(), site.torrent(), site.member()
        passkey = site.passkey(user)
        follower.directory.catch_up()
        removed: list[Any] = []
        follower.directory.on_torrent_removed.append(removed.append)
        kept, lost = follower.torrent(known.info_hash), follower.torrent(gone.info_hash)
        new = site.torrent()
        with site.session() as session:
            session.execute(update(Torrent).where(Torrent.id == gone.id).values(deleted=utcnow()))
        site.change(user, enabled=False)
        purge_later(timedelta(days=2))
        purge_later(timedelta(days=4))
        follower.directory.catch_up()
        assert follower.torrent(new.info_hash).id == new.id
        assert follower.torrent(gone.info_hash) == "unknown_torrent"
        assert removed == [lost]
        assert follower.torrent(known.info_hash) is kept
        assert follower.member(passkey) == "disabled"

    def test_one_that_was_not_away_does_not_load(
        self, site: Any, follower: Any, purge_later: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.torrent()
        require_quiet(site)
        follower.directory.catch_up()
        purge_later(timedelta(days=2))
        monkeypatch.delattr("tracker.directory.directory.triggers.require")
        follower.directory.catch_up()

    def test_while_a_transaction_is_open(
        self, site: Any, follower: Any, purge_later: Any, other_transactions: Any
    ) -> None:
        disable(other_transactions(), site.member())
        follower.directory.catch_up()
        torrent = site.torrent()
        purge_later(timedelta(days=2))
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == torrent.id

    def test_the_job(self, site: Any, follower: Any) -> None:
        site.torrent()
        with site.session() as session:
            session.execute(text("UPDATE tracker_changes SET created = '2001-01-01 00:00:00.0'"))
        purge(site.registry)
        assert follower.number_of_changes() == 1


class TestRestoredDatabase:
    def test_loads(self, site: Any, follower: Any) -> None:
        follower.directory.catch_up()
        with site.session() as session:
            postgresql = session.get_bind().dialect.name == "postgresql"
        far = str(2**40 + 5)
        follower.directory._mark = f"{far}:{far}:" if postgresql else far
        torrent = site.torrent()
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == torrent.id


class TestRecordChange:
    def test_of_some(self, site: Any, follower: Any) -> None:
        first, second = site.torrent(), site.torrent()
        follower.directory.catch_up()
        with site.session() as session:
            session.execute(update(Torrent).values(snatches=9))
        follower.directory.catch_up()
        known = [follower.torrent(torrent.info_hash) for torrent in (first, second)]
        assert [torrent.snatches for torrent in known] == [0, 0]
        with site.session() as session:
            record_change(session, "torrent", second.id)
        follower.directory.catch_up()
        assert [torrent.snatches for torrent in known] == [0, 9]
        with site.session() as session:
            record_change(session, "torrent")
        follower.directory.catch_up()
        assert [torrent.snatches for torrent in known] == [9, 9]
