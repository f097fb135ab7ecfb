"""Uploads: stored data, changes to the torrent, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha1, sha256
from threading import Barrier
from typing import Any

import libtorrent
import pytest
from fastbencode import bdecode, bencode
from pyramid.exceptions import ConfigurationError
from sqlalchemy import func, select, update

from pulsar.interfaces import IDatabase
from pulsar.search.models import SearchDocument
from pulsar.testing.client import Client
from torrents.models import Contents, Group, Tag, Torrent, TorrentFile
from torrents.services import KIND
from torrents.settings import TorrentsSettings

VERSIONS = ("v1", "hybrid", "v2")
PLENTY = 20_000


def hashes(data: bytes) -> tuple[str | None, str | None]:
    """Return the info-hashes that libtorrent computes."""
    both = libtorrent.load_torrent_buffer(data).ti.info_hashes()
    return (
        str(both.v1) if both.has_v1() else None,
        str(both.v2) if both.has_v2() else None,
    )


def v1(name: bytes, paths: list[list[bytes]], **info: Any) -> bytes:
    """Return a private v1 torrent with files of one byte each."""
    pieces = bytes(20 * -(-len(paths) // 2**14))
    files = [{b"length": 1, b"path": path} for path in paths]
    fixed = {b"files": files, b"name": name, b"piece length": 2**14, b"pieces": pieces}
    added = {key.encode(): value for key, value in info.items()}
    return bytes(bencode({b"info": {**fixed, b"private": 1, **added}}))


@pytest.mark.parametrize("version", VERSIONS)
class TestCorrect:
    def test_shown(self, member: Client, upload: Any, make_torrent: Any, version: str) -> None:
        data = make_torrent(version=version)
        torrent = upload(member, data=data)
        assert (torrent["info_hash"], torrent["info_hash_v2"]) == hashes(data)
        assert (torrent["version"], torrent["name"], torrent["title"]) == (
            version,
            "Album",
            "Album",
        )
        assert (torrent["size"], torrent["file_count"], torrent["piece_length"]) == (
            20_010,
            2,
            16_384,
        )
        assert (torrent["private"], torrent["source"], torrent["rehashed"]) == (True, None, False)
        assert (torrent["seeders"], torrent["leechers"], torrent["snatches"]) == (0, 0, 0)
        assert torrent["uploader"]["username"] == "member"
        assert member.get(f"/torrents/{torrent['id']}").json["response"] == torrent

    def test_stored(
        self, member: Client, upload: Any, make_torrent: Any, db: Any, version: str
    ) -> None:
        data = make_torrent(version=version)
        torrent_id = upload(member, data=data)["id"]
        contents = db.scalars(select(Contents).where(Contents.torrent_id == torrent_id)).one()
        assert contents.original == data
        assert b"4:info" + contents.info in data
        layers = bdecode(data).get(b"piece layers")
        assert contents.piece_layers == (bencode(layers) if version != "v1" else None)
        files = select(TorrentFile.path, TorrentFile.size).order_by(TorrentFile.number)
        assert [tuple(row) for row in db.execute(files)] == [
            ("a.flac", 20_000),
            ("read me.txt", 10),
        ]

    def test_made_private(
        self, member: Client, upload: Any, make_torrent: Any, version: str
    ) -> None:
        torrent = upload(member, data=make_torrent(version=version, private=False))
        info = bdecode(make_torrent(version=version, private=False))[b"info"]
        changed = bencode({**info, b"private": 1})
        assert (torrent["rehashed"], torrent["private"]) == (True, True)
        assert torrent["info_hash"] == (sha1(changed).hexdigest() if version != "v2" else None)
        assert torrent["info_hash_v2"] == (sha256(changed).hexdigest() if version != "v1" else None)
        downloaded = member.get(f"/torrents/{torrent['id']}/download").body
        assert hashes(downloaded) == (torrent["info_hash"], torrent["info_hash_v2"])
        assert libtorrent.load_torrent_buffer(downloaded).ti.priv()


class TestSource:
    def test_kept(self, member: Client, upload: Any, make_torrent: Any) -> None:
        torrent = upload(member, data=make_torrent(source=b"elsewhere"))
        assert (torrent["source"], torrent["rehashed"]) == ("elsewhere", False)

    def test_of_the_site(
        self, make_site: Callable[..., Any], join: Any, upload: Any, make_torrent: Any
    ) -> None:
        client = join(make_site(**{"torrents.source": "PLSR"}))
        other = upload(client, data=make_torrent("One", source=b"elsewhere"))
        assert (other["source"], other["rehashed"]) == ("PLSR", True)
        info = bdecode(make_torrent("One", source=b"PLSR"))[b"info"]
        assert other["info_hash"] == sha1(bencode(info)).hexdigest()
        right = upload(client, data=make_torrent("Two", source=b"PLSR"))
        assert (right["source"], right["rehashed"]) == ("PLSR", False)

    def test_longest(self, member: Client, upload: Any, make_torrent: Any) -> None:
        assert upload(member, data=make_torrent(source=b"x" * 255))["source"] == "x" * 255

    def test_too_long(self, member: Client, upload: Any, make_torrent: Any) -> None:
        answer = upload(member, data=make_torrent(source=b"x" * 256), status=400)
        reason = "The torrent's source is not a short, printable text."
        assert answer["errors"]["file"][0] == reason

    @pytest.mark.parametrize("value", ["x" * 256, "a\nb"])
    def test_setting_that_no_upload_could_have(self, value: str) -> None:
        with pytest.raises(ConfigurationError, match=r"torrents\.source"):
            TorrentsSettings.parse({"torrents.source": value})


class TestFields:
    def test_given(self, member: Client, upload: Any) -> None:
        torrent = upload(member, title="  Blue  ", description="**A record.**")
        assert (torrent["title"], torrent["description"]) == ("Blue", "**A record.**")
        assert torrent["name"] == "Album"

    def test_defaults(self, member: Client, upload: Any) -> None:
        torrent = upload(member)
        assert (torrent["title"], torrent["description"], torrent["tags"]) == ("Album", "", [])

    def test_tags(self, member: Client, upload: Any) -> None:
        # The last two are the same word, composed and decomposed.
        tags = "Live CD, rock , ,ROCK,hip_hop,new.wave, caf\u00e9, cafe\u0301"
        torrent = upload(member, tags=tags)
        assert sorted(torrent["tags"]) == ["caf\u00e9", "hip.hop", "live.cd", "new.wave", "rock"]

    @pytest.mark.parametrize(
        ("field", "value", "reason"),
        [
            ("category", "unheard_of", "value is not allowed: choose one of other"),
            ("category", "", "length of value must be at least 1"),
            ("title", "", "length of value must be at least 1"),
            ("title", " \t\u3000", "value must not be blank"),
            ("title", "x" * 256, "length of value must be at most 255"),
            ("description", "x" * 65_537, "length of value must be at most 65536"),
            (
                "tags",
                "a,-b-",
                "tags have at most 32 characters: letters, digits, periods and hyphens",
            ),
            (
                "tags",
                "x" * 33,
                "tags have at most 32 characters: letters, digits, periods and hyphens",
            ),
            ("tags", ",".join(f"t{i}" for i in range(33)), "at most 32 tags are allowed"),
            ("colour", "blue", "extra keys not allowed"),
        ],
    )
    def test_refused(
        self, member: Client, upload: Any, field: str, value: str, reason: str
    ) -> None:
        answer = upload(member, status=400, **{field: value})
        assert answer["errors"] == {field: [reason]}

    def test_category_is_needed(self, member: Client, make_torrent: Any) -> None:
        files = [("file", "x.torrent", make_torrent())]
        answer = member.upload("/torrents", {}, files, status=400)
        assert answer.json["errors"] == {"category": ["required key not provided"]}

    def test_blank_name_needs_a_title(self, member: Client, upload: Any) -> None:
        data = v1("\u3000".encode(), [[b"a"]])
        answer = upload(member, data=data, status=400)
        assert answer["errors"] == {"title": ["the torrent's own name is blank"]}
        assert upload(member, data=data, title="Silence")["title"] == "Silence"


class TestFile:
    def test_missing(self, member: Client) -> None:
        answer = member.upload("/torrents", {"category": "other"}, [], status=415)
        assert answer.json["code"] == "unsupported_media_type"

    def test_broken(self, member: Client, upload: Any, make_torrent: Any) -> None:
        answer = upload(member, data=make_torrent()[:-1], status=400)
        assert answer["reason"] == "truncated"
        assert answer["errors"] == {
            "file": [
                "The torrent ends in the middle of a value.",
                "Save the .torrent file again, or create the torrent again.",
            ]
        }

    def test_all_faults_at_once(self, member: Client, upload: Any) -> None:
        data = v1(b"Album", [[b"NUL"], [b"a", b"b?"], [b"c"], [b"C"]])
        answer = upload(member, data=data, status=400)
        assert answer["reason"] == "device_name"
        assert answer["errors"] == {
            "file": [
                "The name 'NUL' is the name of a device on Windows.",
                """The name 'b?' contains one of the characters < > : " | ? *.""",
                "The paths 'C' and 'c' are the same file on some systems.",
                "Rename the files or folders and create the torrent again.",
            ]
        }

    def test_too_large(self, member: Client, upload: Any) -> None:
        answer = upload(member, data=b"d" * (10 * 2**20 + 1), status=413)
        assert answer["response"] == f"The file must be at most {10 * 2**20} bytes."

    def test_plenty_of_files(self, member: Client, upload: Any, db: Any, count_sql: Any) -> None:
        data = v1(b"big", [[b"%03d" % (i // 100), b"%05d " % i + b"x" * 30] for i in range(PLENTY)])
        member.get("/torrents")
        with count_sql() as statements:
            torrent = upload(member, data=data)
        assert torrent["file_count"] == PLENTY
        # One statement each for the category, the group, the torrent, its bytes, its files, the
        # search index, and the reloaded row.
        assert len(statements) == 8
        assert db.scalar(select(func.count()).select_from(TorrentFile)) == PLENTY

    def test_more_words_than_an_index_holds(self, member: Client, upload: Any) -> None:
        paths = [
            [b"/".join([sha256(b"%d %d" % (i, j)).hexdigest().encode() for j in range(3)])]
            for i in range(6_000)
        ]
        data = v1(b"hashes", [path[0].split(b"/") for path in paths])
        assert upload(member, data=data, title="Rainbow table")["file_count"] == 6_000
        for item in ("rainbow", paths[0][0].split(b"/")[1].decode()):
            assert member.get(f"/torrents?q={item}").json["response"]["total"] == 1


class TestDuplicate:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_same(
        self, member: Client, other: Client, upload: Any, make_torrent: Any, version: str
    ) -> None:
        data = make_torrent(version=version)
        torrent_id = upload(member, data=data)["id"]
        answer = upload(other, data=data, status=409)
        assert answer["code"] == "torrent_exists"
        assert answer["existing_id"] == torrent_id

    @pytest.mark.parametrize("expected", ["info_hash", "info_hash_v2"])
    def test_one_of_two_hashes(
        self, member: Client, upload: Any, make_torrent: Any, db: Any, expected: str
    ) -> None:
        data = make_torrent(version="hybrid")
        torrent_id = upload(member, data=data)["id"]
        changed = (
            {"info_hash_v2": b"x" * 32, "info_hash_short": b"x" * 20}
            if expected == "info_hash"
            else {"info_hash": b"x" * 20}
        )
        db.execute(update(Torrent).values(changed))
        db.commit()
        assert upload(member, data=data, status=409)["existing_id"] == torrent_id

    def test_after_rehashing(self, member: Client, upload: Any, make_torrent: Any) -> None:
        torrent_id = upload(member, data=make_torrent(private=False))["id"]
        assert upload(member, data=make_torrent(), status=409)["existing_id"] == torrent_id

    def test_nothing_is_stored(self, member: Client, upload: Any, db: Any) -> None:
        upload(member)
        upload(member, tags="only.of.the.second", status=409)
        assert db.scalar(select(func.count()).select_from(Group)) == 1
        assert db.scalar(select(func.count()).select_from(Tag)) == 0

    def test_deleted_before(self, member: Client, upload: Any) -> None:
        first = upload(member)["id"]
        member.delete(f"/torrents/{first}", status=200)
        second = upload(member)["id"]
        assert second != first
        member.get(f"/torrents/{first}", status=404)
        member.get(f"/torrents/{second}/download", status=200)


class TestAtOnce:
    """Two concurrent requests, on separate connections."""

    @pytest.fixture
    def both(self, make_site: Callable[..., Any], join: Any, upload: Any) -> Callable[..., Any]:
        """Upload two torrents concurrently; return the bodies of the responses, and the site."""
        app = make_site()
        clients = [join(app, name) for name in ("one", "two")]
        barrier = Barrier(2)

        def send(client: Client, data: bytes, fields: dict[str, str]) -> Any:
            barrier.wait(timeout=10)
            return upload(client, data=data, status=None, **fields)

        def run(*data: bytes, **fields: str) -> tuple[list[Any], Any]:
            with ThreadPoolExecutor(2) as pool:
                jobs = [
                    pool.submit(send, client, each, fields)
                    for client, each in zip(clients, data, strict=True)
                ]
                return [job.result(timeout=30) for job in jobs], app

        return run

    def test_the_same_torrent(self, both: Callable[..., Any], make_torrent: Any) -> None:
        data = make_torrent(version="hybrid")
        answers, app = both(data, data, tags="rock,live")
        won, lost = sorted(answers, key=lambda answer: answer["status"], reverse=True)
        assert (won["status"], lost["code"]) == ("success", "torrent_exists")
        assert lost["existing_id"] == won["response"]["id"]
        with app.registry.getUtility(IDatabase).session() as session:
            rows = {
                table.__tablename__: session.scalar(select(func.count()).select_from(table))
                for table in (Group, Torrent, Contents, TorrentFile, Tag)
            }
            count_documents = select(func.count()).where(SearchDocument.kind == KIND)
            rows["search_documents"] = session.scalar(count_documents)
        assert rows == {
            "torrent_groups": 1,
            "torrents": 1,
            "torrent_contents": 1,
            "torrent_files": 2,
            "torrent_tags": 2,
            "search_documents": 1,
        }

    def test_the_same_new_tags(self, both: Callable[..., Any], make_torrent: Any) -> None:
        answers, _ = both(make_torrent("One"), make_torrent("Two"), tags="rock,live")
        assert [answer["status"] for answer in answers] == ["success", "success"]
        assert [answer["response"]["tags"] for answer in answers] == [["live", "rock"]] * 2
