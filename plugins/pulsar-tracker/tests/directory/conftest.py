"""Directories beside sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from pulsar.interfaces import IDatabase
from pulsar.settings.limit import Limit
from tracker.directory import Directory, KnownTorrent, Member, Policies
from tracker.protocol.errors import TrackerError

ADDRESS = bytes((10, 0, 0, 1))


@dataclass
class Follower:
    """A directory beside a site, and what it answers."""

    site: Any
    directory: Directory

    def member(self, passkey: str, address: bytes = ADDRESS) -> Member | str:
        """The member, or the code of the refusal."""
        try:
            return self.directory.member(passkey.encode(), address)
        except TrackerError as error:
            return error.code

    def torrent(self, info_hash: bytes, address: bytes = ADDRESS) -> KnownTorrent | str:
        """The torrent, or the code of the refusal."""
        try:
            return self.directory.torrent(info_hash, address)
        except TrackerError as error:
            return error.code

    def number_of_changes(self) -> int:
        """The rows of the table."""
        with self.site.session() as session:
            rows = session.connection().exec_driver_sql("SELECT count(*) FROM tracker_changes")
            number: int = rows.scalar_one()
            return number


@pytest.fixture
def follow() -> Callable[..., Follower]:
    """``follow(site)``: a directory that has loaded, and reads changes when the test says so."""

    def make(site: Any, policies: Policies | None = None, limit: Limit | None = None) -> Follower:
        session = site.registry.getUtility(IDatabase).session
        directory = Directory(session, lambda: policies or Policies(), limit)
        directory.load()
        return Follower(site, directory)

    return make


def digest_of(passkey: str) -> bytes:
    """The key of a member in the directory."""
    return sha256(f"passkey:{passkey}".encode()).digest()
