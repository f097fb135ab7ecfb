"""Two members share a torrent through the site, with real BitTorrent clients."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulsar.testing.processes import wait_equal, wait_for

from .api import Api
from .clients import Aria2, Client, QBittorrent, RTorrent, Transmission
from .torrents import (
    announce_urls,
    info_hashes,
    make_content,
    make_hybrid,
    make_v1,
    make_v2,
    read_content,
)

# Seconds within which the site shows the results of announces.
SETTLED = 10
# Clients may count whole blocks, and the padding of hybrid torrents.
SLACK = 64 * 1024


def torrent_ids(listing: dict[str, Any]) -> list[int]:
    """Return the ids in a page of a member's snatches or seeded torrents."""
    return [item["torrent_id"] for item in listing["items"]]


@pytest.mark.parametrize(
    ("seeding_client", "leeching_client", "make_torrent"),
    [
        pytest.param(Aria2, RTorrent, make_v1, id="aria2-rtorrent-v1"),
        pytest.param(QBittorrent, Aria2, make_v1, id="qbittorrent-aria2-v1"),
        pytest.param(Transmission, QBittorrent, make_v1, id="transmission-qbittorrent-v1"),
        pytest.param(QBittorrent, RTorrent, make_hybrid, id="qbittorrent-rtorrent-hybrid"),
        # Both clients announce both info-hashes of the hybrid, which must be counted once.
        pytest.param(QBittorrent, QBittorrent, make_hybrid, id="qbittorrent-qbittorrent-hybrid"),
        pytest.param(QBittorrent, QBittorrent, make_v2, id="qbittorrent-qbittorrent-v2"),
    ],
)
class TestSwarm:
    """From upload to snatch, for pairs of clients and kinds of torrents."""

    @pytest.fixture(autouse=True)
    def programs(
        self,
        require: Callable[..., None],
        seeding_client: type[Client],
        leeching_client: type[Client],
    ) -> None:
        require("mktorrent", seeding_client.executable, leeching_client.executable)

    @pytest.fixture
    def content(self, tmp_path: Path) -> Path:
        return make_content(tmp_path / "seeded", f"linux{secrets.token_hex(4)}")

    @pytest.fixture
    def torrent_id(
        self, uploader: Api, content: Path, make_torrent: Callable[[Path], bytes]
    ) -> int:
        """The uploaded torrent, which both members can find and download."""
        original = make_torrent(content)
        answer = uploader.upload(
            "/torrents",
            original,
            category="other",
            title=content.name,
            description="Random bytes.",
            tags="linux,iso",
        )
        stored = uploader.download(f"/torrents/{answer['id']}/download")
        assert answer["rehashed"] == (info_hashes(stored) != info_hashes(original))
        return answer["id"]

    def test_from_upload_to_snatch(
        self,
        seeding_client: type[Client],
        leeching_client: type[Client],
        uploader: Api,
        downloader: Api,
        content: Path,
        torrent_id: int,
        tmp_path: Path,
    ) -> None:
        size = sum(len(data) for data in read_content(content).values())
        old_upload = uploader.get("/users/me")["uploaded"]
        old_download = downloader.get("/users/me")["downloaded"]

        answer = downloader.get("/torrents", q=content.name)
        assert [torrent["id"] for torrent in answer["items"]] == [torrent_id]
        to_seed = uploader.download(f"/torrents/{torrent_id}/download")
        to_leech = downloader.download(f"/torrents/{torrent_id}/download")
        assert info_hashes(to_seed) == info_hashes(to_leech)
        assert announce_urls(to_seed) != announce_urls(to_leech)
        seeded_file = tmp_path / "seed.torrent"
        seeded_file.write_bytes(to_seed)
        leeched_file = tmp_path / "leech.torrent"
        leeched_file.write_bytes(to_leech)

        def counts() -> tuple[int, int, int]:
            torrent = downloader.get(f"/torrents/{torrent_id}")
            return torrent["seeders"], torrent["leechers"], torrent["snatches"]

        def downloaded() -> int:
            return downloader.get("/users/me")["downloaded"] - old_download

        def uploaded() -> int:
            return uploader.get("/users/me")["uploaded"] - old_upload

        with seeding_client() as seeder, leeching_client() as leecher:
            seeder.seed(seeded_file, content.parent)
            wait_equal(counts, (1, 0, 0), SETTLED, "seeders, leechers, snatches of the upload")
            leecher.leech(leeched_file, tmp_path / "leeched")
            leecher.wait_complete()
            wait_equal(counts, (2, 0, 1), SETTLED, "seeders, leechers, snatches of two seeders")

            credit = wait_for(downloaded, SETTLED, "the credit of the download")
            assert size <= credit <= size + SLACK
            assert torrent_ids(downloader.get("/users/me/snatches")).count(torrent_id) == 1
            assert torrent_id not in torrent_ids(uploader.get("/users/me/snatches"))
            for member in (uploader, downloader):
                assert torrent_ids(member.get("/users/me/seeding")) == [torrent_id]

            leecher.stop()
            wait_equal(counts, (1, 0, 1), SETTLED, "seeders, leechers, snatches after one left")
            # The seeder reports its upload with its next announce, which is the one when it stops.
            seeder.stop()
            wait_equal(counts, (0, 0, 1), SETTLED, "seeders, leechers, snatches after both left")
            credit = wait_for(uploaded, SETTLED, "the credit of the upload")
            # qBittorrent may stop before it has counted the last block.
            assert size - SLACK <= credit <= size + SLACK
            assert size <= downloaded() <= size + SLACK
            for member in (uploader, downloader):
                assert torrent_ids(member.get("/users/me/seeding")) == []

        assert read_content(tmp_path / "leeched" / content.name) == read_content(content)
