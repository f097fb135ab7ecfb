"""The metrics of torrents."""

from __future__ import annotations

from typing import Any

from pulsar.interfaces import ICounter
from pulsar.testing.client import Client


class TestUploads:
    def test_stored_and_refused(
        self, member: Client, upload: Any, make_torrent: Any, registry: Any
    ) -> None:
        changes, refusals = (
            registry.getUtility(ICounter, name) for name in ("torrent_changes", "torrent_refusals")
        )
        before = {**changes.read(registry), **refusals.read(registry)}
        data = make_torrent(version="v1")
        upload(member, data=data)
        upload(member, data=data, status=409)
        upload(member, data=data[:-1], status=400)
        after = {**changes.read(registry), **refusals.read(registry)}
        grown = {name: after[name] - before.get(name, 0) for name in after}
        assert {name: number for name, number in grown.items() if number} == {
            "uploaded": 1,
            "torrent_exists": 1,
            "truncated": 1,
        }
