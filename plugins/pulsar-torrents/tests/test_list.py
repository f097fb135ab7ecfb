"""Listing and searching torrents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.sql import counted
from torrents.models import Torrent


@pytest.fixture
def titles(member: Client) -> Callable[[str], list[str]]:
    """Return the titles that a query string finds, in their order."""

    def find(query: str) -> list[str]:
        items = member.get(f"/torrents?{query}", status=200).json["response"]["items"]
        return [item["title"] for item in items]

    return find


class TestSearch:
    @pytest.fixture(autouse=True)
    def torrents(self, member: Client, upload: Any, make_torrent: Any) -> None:
        """Four torrents."""
        for name, files, fields in (
            ("Debian", {"debian-13 live cd.iso": 1}, {"tags": "linux,stable"}),
            ("Ubuntu", {"ubuntu_live.iso": 1, "notes/read me.txt": 1}, {"tags": "linux,live.cd"}),
            ("Café del Mar", {"01 - Agua.flac": 1}, {"tags": "music", "description": "Debian"}),
            ("Haiku", {"haiku-beta.iso": 1}, {"title": "Haiku R1", "tags": "stable"}),
        ):
            upload(member, data=make_torrent(name, files), **fields)

    def test_words(self, titles: Any) -> None:
        everything = ["Haiku R1", "Café del Mar", "Ubuntu", "Debian"]
        ids_by_query = {
            "debian": ["Debian"],  # in the title; descriptions are not searched
            "agua": ["Café del Mar"],  # in a file's name
            "notes": ["Ubuntu"],  # in a folder's name
            "music": ["Café del Mar"],  # in a tag
            "haiku r1 beta": ["Haiku R1"],  # in several places
            "CAFE": ["Café del Mar"],
            "iso": ["Haiku R1", "Ubuntu", "Debian"],
            "linux iso": ["Ubuntu", "Debian"],
            '"live cd"': ["Ubuntu", "Debian"],
            '"cd live"': [],
            '"live cd" 13': ["Debian"],
            "iso -live": ["Haiku R1"],
            "iso !live": ["Haiku R1"],
            'iso -"live cd"': ["Haiku R1"],
            "iso -live -beta": [],
            "ubun*": ["Ubuntu"],
            "ubun": [],
            "-live": [],  # only excluded words
            "!!! ...": [],
            "": everything,
            "  ": everything,
            "' OR 1=1 --": [],
            "NEAR(live AND cd)": [],
        }
        assert {q: titles(urlencode({"q": q})) for q in ids_by_query} == ids_by_query

    def test_tags(self, titles: Any) -> None:
        ids_by_tag = {
            "tag=linux": ["Ubuntu", "Debian"],
            "tag=linux&tag=stable": ["Debian"],
            "tag=LIVE%20cd": ["Ubuntu"],
            "tag=linux&tag=music": [],
            "tag=unheard.of": [],
            "tag=-": [],
            "q=iso&tag=stable": ["Haiku R1", "Debian"],
        }
        assert {query: titles(query) for query in ids_by_tag} == ids_by_tag

    def test_edited(self, member: Client, titles: Any) -> None:
        torrent_id = member.get("/torrents?q=haiku").json["response"]["items"][0]["id"]
        member.put(f"/torrents/{torrent_id}", {"title": "BeOS", "tags": "old"}, status=200)
        assert titles("q=beos") == ["BeOS"]
        assert titles("q=old") == ["BeOS"]
        assert titles("q=r1") == []
        assert titles("q=haiku") == ["BeOS"]  # the name in the torrent is unchanged

    def test_deleted(self, member: Client, titles: Any) -> None:
        torrent_id = member.get("/torrents?q=haiku").json["response"]["items"][0]["id"]
        member.delete(f"/torrents/{torrent_id}", status=200)
        assert titles("q=haiku") == []
        assert titles("") == ["Café del Mar", "Ubuntu", "Debian"]


class TestOrder:
    @pytest.fixture(autouse=True)
    def torrents(self, member: Client, upload: Any, make_torrent: Any, db: Any) -> None:
        """Three torrents whose orders differ by each column; two have the same seeders."""
        for name, title, size, numbers in (
            ("One", "banana", 30, {"seeders": 1, "leechers": 7, "snatches": 2}),
            ("Two", "Apple", 10, {"seeders": 1, "leechers": 8, "snatches": 1}),
            ("Three", "cherry", 20, {"seeders": 9, "leechers": 6, "snatches": 3}),
        ):
            torrent = upload(member, data=make_torrent(name, {"file": size}), title=title)
            db.execute(update(Torrent).where(Torrent.id == torrent["id"]).values(numbers))
            db.commit()

    def test_columns(self, titles: Any) -> None:
        ascending = {
            "created": ["banana", "Apple", "cherry"],
            "size": ["Apple", "cherry", "banana"],
            "seeders": ["banana", "Apple", "cherry"],
            "leechers": ["cherry", "banana", "Apple"],
            "snatches": ["Apple", "banana", "cherry"],
            "title": ["Apple", "banana", "cherry"],
        }
        for column, names in ascending.items():
            assert titles(f"order_by={column}&order_way=asc") == names
            assert titles(f"order_by={column}") == names[::-1]

    @pytest.mark.one_backend
    @pytest.mark.parametrize("field", ["order_by", "order_way"])
    def test_unknown(self, member: Client, field: str) -> None:
        answer = member.get(f"/torrents?{field}=random", status=400)
        [reason] = answer.json["errors"][field]
        assert reason.startswith("value is not allowed: choose one of ")
        assert ("created" if field == "order_by" else "asc, desc") in reason


class TestPages:
    @pytest.fixture(autouse=True)
    def torrents(self, member: Client, upload: Any) -> None:
        """Five torrents."""
        for number in range(5):
            upload(member, f"No. {number}", tags="series")

    def test_middle(self, member: Client) -> None:
        answer = member.get("/torrents?limit=2&page=2&tag=series", status=200)
        response = answer.json["response"]
        assert [item["name"] for item in response["items"]] == ["No. 2", "No. 1"]
        assert {key: response[key] for key in ("page", "limit", "total", "pages")} == {
            "page": 2,
            "limit": 2,
            "total": 5,
            "pages": 3,
        }
        place = "http://localhost/torrents?limit=2&tag=series&page="
        assert dict(link.split("; ")[::-1] for link in answer.headers["Link"].split(", ")) == {
            'rel="first"': f"<{place}1>",
            'rel="prev"': f"<{place}1>",
            'rel="next"': f"<{place}3>",
            'rel="last"': f"<{place}3>",
        }

    def test_beyond(self, member: Client) -> None:
        torrents = member.get("/torrents?limit=2&page=9", status=200).json["response"]
        assert (torrents["items"], torrents["total"]) == ([], 5)

    def test_sql_does_not_grow(self, member: Client, count_sql: Any) -> None:
        # One statement each for the count, the torrents with groups and uploaders, and the tags.
        for limit in (1, 5):
            with count_sql() as statements:
                answer = member.get(f"/torrents?limit={limit}&q=no&tag=series", status=200)
            assert len(answer.json["response"]["items"]) == limit
            assert len(statements) == 3


class TestMagnet:
    def test_of_a_private_site(self, member: Client, upload: Any) -> None:
        assert "magnet" not in upload(member)

    def test_sql_does_not_grow(self, make_site: Callable[..., Any], join: Any, upload: Any) -> None:
        app = make_site(**{"pulsar.private": "false"})
        client = join(app)
        for number in range(3):
            upload(client, f"No. {number}")
        client.get("/torrents")
        engine = app.registry.getUtility(IDatabase).engine
        # One statement more than without magnet links, for the caller's passkey.
        for limit in (1, 3):
            with counted(engine) as statements:
                answer = client.get(f"/torrents?limit={limit}", status=200)
            assert len(answer.json["response"]["items"]) == limit
            assert len(statements) == 4
