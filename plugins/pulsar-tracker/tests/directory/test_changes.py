"""Each change of members and torrents is noticed, and nothing else is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from pulsar.db import utcnow
from pulsar.interfaces import ISecrets
from pulsar.secrets.models import UserSecret
from pulsar.users.models import User
from torrents.models import Torrent


@pytest.fixture
def user(site: Any) -> Any:
    return site.member("peer")


@pytest.fixture
def passkey(site: Any, user: Any) -> str:
    found: str = site.passkey(user)
    return found


@pytest.fixture
def torrent(site: Any) -> Any:
    return site.torrent("hybrid")


@pytest.fixture
def follower(site: Any, follow: Callable[..., Any], passkey: str, torrent: Any) -> Any:
    return follow(site)


def run(site: Any, statement: Any, **values: Any) -> None:
    """Execute a statement and commit."""
    with site.session() as session:
        session.execute(text(statement) if isinstance(statement, str) else statement, values)


class TestMembers:
    def test_loaded(self, follower: Any, user: Any, passkey: str) -> None:
        member = follower.member(passkey)
        assert member.id == user.id
        assert follower.directory.members_by_id[user.id] is member

    @pytest.mark.parametrize(
        ("change", "code"), [({"enabled": False}, "disabled"), ({"locked": True}, "locked")]
    )
    def test_refused_and_back(
        self, site: Any, follower: Any, user: Any, passkey: str, change: Any, code: str
    ) -> None:
        member = follower.member(passkey)
        member.upload_clock = 7.0
        site.change(user, **change)
        follower.directory.catch_up()
        assert follower.member(passkey) == code
        site.change(user, **{name: not value for name, value in change.items()})
        follower.directory.catch_up()
        assert follower.member(passkey) is member
        assert member.upload_clock == 7.0

    def test_reset_passkey(self, site: Any, follower: Any, user: Any, passkey: str) -> None:
        member = follower.member(passkey)
        with site.session() as session:
            new = site.registry.getUtility(ISecrets).reset(session, user.id, "passkey")
        follower.directory.catch_up()
        assert follower.member(passkey) == "wrong_passkey"
        assert follower.member(new) is member

    def test_revoked_passkeys(self, site: Any, follower: Any, user: Any, passkey: str) -> None:
        with site.session() as session:
            site.registry.getUtility(ISecrets).revoke(session)
        follower.directory.catch_up()
        assert follower.member(passkey) == "wrong_passkey"
        new = site.passkey(user)
        follower.directory.catch_up()
        assert follower.member(new).id == user.id

    def test_deleted_passkey(self, site: Any, follower: Any, passkey: str) -> None:
        run(site, delete(UserSecret))
        follower.directory.catch_up()
        assert follower.member(passkey) == "wrong_passkey"

    def test_new_member(self, site: Any, follower: Any) -> None:
        user = site.member("newcomer")
        passkey = site.passkey(user)
        assert follower.member(passkey) == "wrong_passkey"
        follower.directory.catch_up()
        assert follower.member(passkey).id == user.id

    def test_deleted_member(self, site: Any, follower: Any, user: Any, passkey: str) -> None:
        run(site, delete(User).where(User.id == user.id))
        follower.directory.catch_up()
        assert follower.member(passkey) == "wrong_passkey"
        assert user.id not in follower.directory.members_by_id


class TestTorrents:
    def test_both_hashes_of_a_hybrid(self, follower: Any, torrent: Any) -> None:
        known = follower.torrent(torrent.info_hash)
        assert known.id == torrent.id
        assert follower.torrent(torrent.info_hash_short) is known
        assert follower.directory.torrents_by_id[torrent.id] is known

    def test_uploaded(self, site: Any, follower: Any) -> None:
        torrent = site.torrent(snatches=3)
        assert follower.torrent(torrent.info_hash) == "unknown_torrent"
        follower.directory.catch_up()
        known = follower.torrent(torrent.info_hash)
        assert (known.id, known.snatches, known.upload_rate, known.download_rate) == (
            torrent.id,
            3,
            100,
            100,
        )

    def test_deleted_and_restored(self, site: Any, follower: Any, torrent: Any) -> None:
        known, removed = follower.torrent(torrent.info_hash), []
        follower.directory.on_torrent_removed.append(removed.append)
        run(site, update(Torrent).values(deleted=utcnow()))
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash) == "unknown_torrent"
        assert follower.torrent(torrent.info_hash_short) == "unknown_torrent"
        assert removed == [known]
        run(site, update(Torrent).values(deleted=None))
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == torrent.id

    def test_deleted_for_good(self, site: Any, follower: Any, torrent: Any) -> None:
        run(site, delete(Torrent))
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash) == "unknown_torrent"
        assert not follower.directory.torrents_by_id

    def test_other_hash(self, site: Any, follower: Any, torrent: Any) -> None:
        known = follower.torrent(torrent.info_hash)
        run(site, update(Torrent).values(info_hash=bytes(20)))
        follower.directory.catch_up()
        assert follower.torrent(bytes(20)) is known
        assert follower.torrent(torrent.info_hash) == "unknown_torrent"
        assert follower.torrent(torrent.info_hash_short) is known

    def test_uploaded_again(self, site: Any, follower: Any, torrent: Any) -> None:
        run(site, update(Torrent).values(deleted=utcnow()))
        again = site.torrent(info_hash=torrent.info_hash)
        follower.directory.catch_up()
        assert follower.torrent(torrent.info_hash).id == again.id


class TestRecorded:
    def test_by_plain_sql(
        self, site: Any, follower: Any, user: Any, passkey: str, torrent: Any
    ) -> None:
        run(site, "UPDATE users SET enabled = :no", no=False)
        run(site, "UPDATE torrents SET deleted = created")
        follower.directory.catch_up()
        assert follower.member(passkey) == "disabled"
        assert follower.torrent(torrent.info_hash) == "unknown_torrent"

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE users SET uploaded = uploaded + 1, downloaded = 5, last_seen = created",
            "UPDATE users SET enabled = enabled, locked = locked",
            "UPDATE torrents SET seeders = 5, leechers = 2, snatches = snatches + 1",
            "UPDATE torrents SET deleted = deleted, info_hash = info_hash",
            "UPDATE user_secrets SET revoked = created WHERE kind = 'feed'",
            "DELETE FROM user_secrets WHERE kind = 'feed'",
        ],
    )
    def test_nothing_else(self, site: Any, follower: Any, user: Any, statement: str) -> None:
        with site.session() as session:
            site.registry.getUtility(ISecrets).current(session, user.id, "feed")
        before = follower.number_of_changes()
        run(site, statement)
        assert follower.number_of_changes() == before
