"""The thread that follows, and catching up with what this process commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from pulsar.interfaces import IDatabase, ISecrets
from pulsar.testing.sql import counted
from pulsar.users.models import User
from torrents.models import Torrent
from tracker.directory import Directory, Follower

#: No test takes as long; it fails then.
_PATIENCE = 60


@pytest.fixture
def site(start: Callable[..., Any]) -> Any:
    """A site whose own tracker follows nothing."""
    return start(embedded="false")


@pytest.fixture
def database(site: Any) -> Any:
    return site.registry.getUtility(IDatabase)


class Observed(Directory):
    """A directory whose readings can be waited for."""

    def __init__(self, database: Any) -> None:
        super().__init__(database.session)
        self.condition = threading.Condition()
        self.errors = 0

    def catch_up(self) -> None:
        """Read, and tell those who wait."""
        try:
            super().catch_up()
        except Exception:
            self.errors += 1
            raise
        finally:
            with self.condition:
                self.condition.notify_all()

    def wait_for(self, predicate: Callable[[], bool]) -> None:
        """Wait until the predicate holds after a reading."""
        with self.condition:
            assert self.condition.wait_for(predicate, _PATIENCE)


@pytest.fixture
def directory(database: Any) -> Observed:
    return Observed(database)


@pytest.fixture
def follow_every(database: Any, directory: Observed) -> Iterator[Callable[[float], Follower]]:
    """``follow_every(seconds)``: start a follower that polls so often."""
    followers: list[Follower] = []

    def start(seconds: float) -> Follower:
        follower = Follower(directory, database.engine, seconds)
        follower.start()
        followers.append(follower)
        return follower

    yield start
    for follower in followers:
        follower.stop()


def is_postgresql(database: Any) -> bool:
    return bool(database.engine.dialect.name == "postgresql")


def listening(database: Any) -> list[int]:
    """The processes of the server that listen for the follower."""
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        "AND query LIKE 'LISTEN%'"
    )
    with database.engine.connect() as connection:
        return list(connection.scalars(text(query)))


class TestFollower:
    def test_polls(self, site: Any, directory: Observed, follow_every: Any) -> None:
        follow_every(0.01)
        torrent = site.torrent()
        directory.wait_for(lambda: torrent.info_hash in directory.torrents)

    def test_is_notified(
        self, site: Any, database: Any, directory: Observed, follow_every: Any
    ) -> None:
        if not is_postgresql(database):
            pytest.skip("SQLite notifies nobody")
        follow_every(_PATIENCE * 10)
        first = site.torrent()
        directory.wait_for(lambda: first.info_hash in directory.torrents)
        second = site.torrent()
        directory.wait_for(lambda: second.info_hash in directory.torrents)

    def test_listens_again_when_the_connection_was_cut(
        self, site: Any, database: Any, directory: Observed, follow_every: Any
    ) -> None:
        if not is_postgresql(database):
            pytest.skip("SQLite has no server")
        follower = follow_every(0.01)
        first = site.torrent()
        directory.wait_for(lambda: first.info_hash in directory.torrents)
        (former,) = listening(database)
        with database.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": former})
        directory.wait_for(lambda: listening(database) not in ([], [former]))
        second = site.torrent()
        directory.wait_for(lambda: second.info_hash in directory.torrents)
        follower.check()

    def test_goes_on_after_an_outage(
        self, site: Any, database: Any, directory: Observed, follow_every: Any
    ) -> None:
        follower = follow_every(0.01)

        def fail(*args: Any) -> None:
            raise OperationalError("", {}, Exception("away"))

        torrent = site.torrent()
        event.listen(database.engine, "before_cursor_execute", fail)
        directory.wait_for(lambda: directory.errors > 2)
        event.remove(database.engine, "before_cursor_execute", fail)
        directory.wait_for(lambda: torrent.info_hash in directory.torrents)
        follower.check()

    def test_goes_on_after_any_error(
        self, site: Any, directory: Observed, follow_every: Any
    ) -> None:
        def fail(torrent: Any) -> None:
            raise ValueError(torrent.id)

        directory.on_torrent_removed.append(fail)
        torrent = site.torrent()
        follower = follow_every(0.01)
        with site.session() as session:
            session.execute(update(Torrent).values(deleted=torrent.created))
        directory.wait_for(lambda: directory.errors > 0)
        other = site.torrent()
        directory.wait_for(lambda: other.info_hash in directory.torrents)
        follower.check()

    def test_stops_at_once(self, directory: Observed, database: Any) -> None:
        follower = Follower(directory, database.engine, _PATIENCE * 10)
        follower.start()
        follower.check()
        follower.stop()
        with pytest.raises(RuntimeError):
            follower.check()
        if is_postgresql(database):
            assert not listening(database)

    def test_a_connection_is_not_shared_between_threads(
        self, directory: Observed, database: Any
    ) -> None:
        with database.engine.connect() as connection:
            follower = Follower(directory, connection)
            follower.start()
            assert directory.loaded
            follower.check()
            follower.stop()


class TestCommits:
    @pytest.fixture(autouse=True)
    def watched(self, site: Any, directory: Observed) -> None:
        directory.load()
        # The application calls the tracker's directory after its commits.
        site.tracker.directory = directory

    def test_of_the_api(
        self, site: Any, directory: Observed, make_upload: Callable[..., Any]
    ) -> None:
        user = site.member()
        passkey = site.passkey(user)
        client = site.client(user)
        assert directory.member(passkey.encode(), bytes(4)).id == user.id
        answer = client.post("/users/me/secrets/passkey", status=201)
        new = answer.json["response"]["value"]
        assert directory.member(new.encode(), bytes(4)).id == user.id
        torrent_id, info_hash = make_upload(client)
        assert directory.torrent(info_hash, bytes(4)).id == torrent_id

    def test_of_sessions(self, site: Any, directory: Observed) -> None:
        user, torrent = site.member(), site.torrent()
        passkey = site.passkey(user)
        member = directory.member(passkey.encode(), bytes(4))
        site.change(user, locked=True)
        assert member.refusal is not None
        with site.session() as session:
            session.execute(update(User).values(locked=False))
        assert member.refusal is None
        with site.session() as session:
            session.execute(update(User), [{"id": user.id, "enabled": False}])
        assert member.refusal is not None
        with site.session() as session:
            session.delete(session.get_one(Torrent, torrent.id))
        assert not directory.torrents
        with site.session() as session:
            site.registry.getUtility(ISecrets).revoke(session, user.id)
        assert not directory.members

    def test_what_does_not_matter_costs_nothing(
        self, site: Any, database: Any, directory: Observed
    ) -> None:
        user = site.member()
        with counted(database.engine) as statements:
            site.change(user, uploaded=5)
            with site.session() as session:
                session.execute(update(User).where(User.enabled).values(uploaded=User.uploaded + 1))
                session.execute(update(User), [{"id": user.id, "downloaded": 5}])
        assert not [statement for statement in statements if "tracker_changes" in statement]

    def test_an_error_does_not_fail_what_was_committed(
        self, site: Any, directory: Observed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for error in (OperationalError("", {}, Exception("away")), ValueError()):

            def fail(session: Any, raised: Exception = error) -> None:
                raise raised

            with monkeypatch.context() as patch:
                patch.setattr("tracker.directory.directory.feed_of", fail)
                torrent = site.torrent()
            assert torrent.info_hash not in directory.torrents
            directory.catch_up()
            assert torrent.info_hash in directory.torrents
