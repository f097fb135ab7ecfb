"""Categories: listed for members, and changed by staff and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from torrents.cli import category as command
from torrents.models import Group

PATH = "/torrents/categories"
EBOOKS = {"name": "ebooks", "title": "E-books", "torznab": 7020, "position": 2}


@pytest.fixture
def editor(client: Client, factory: Factory) -> Client:
    """A client with the key of a member who may change categories."""
    return client.as_key(factory.key(factory.user(grants=("torrents_modify_categories",))))


@pytest.fixture
def names(member: Client) -> Callable[[], list[str]]:
    """``names()``: the names of the listed categories."""

    def read() -> list[str]:
        return [item["name"] for item in member.get(PATH, status=200).json["response"]]

    return read


class TestList:
    def test_other_is_there(self, member: Client) -> None:
        assert member.get(PATH, status=200).json["response"] == [
            {"name": "other", "title": "Other", "torznab": 8000, "position": 0}
        ]

    def test_order(self, editor: Client, names: Callable[[], list[str]]) -> None:
        for name, position in (("music", 3), ("audio", 3), ("first", 0), ("second", 1)):
            editor.post(PATH, {"name": name, "title": "x", "position": position}, status=201)
        assert names() == ["first", "other", "second", "audio", "music"]


class TestCreate:
    def test_by_staff(self, editor: Client, member: Client, db: Session) -> None:
        answer = editor.post(PATH, EBOOKS, status=201)
        assert answer.json["response"] == EBOOKS
        assert answer.headers["Location"].endswith(f"{PATH}/ebooks")
        assert member.get(f"{PATH}/ebooks", status=200).json["response"] == EBOOKS
        entry = db.scalars(select(LogEntry)).one()
        assert (entry.action, entry.summary, entry.after) == ("category_created", "ebooks", EBOOKS)

    def test_defaults(self, editor: Client) -> None:
        response = editor.post(PATH, {"name": "x", "title": "X"}, status=201).json["response"]
        assert (response["torznab"], response["position"]) == (8000, 0)

    def test_by_members(self, member: Client) -> None:
        member.post(PATH, EBOOKS, status=403)

    def test_twice(self, editor: Client, names: Callable[[], list[str]]) -> None:
        editor.post(PATH, EBOOKS, status=201)
        assert editor.post(PATH, EBOOKS, status=409).json["code"] == "category_exists"
        assert names() == ["other", "ebooks"]

    @pytest.mark.parametrize(
        "field",
        [
            *[{"name": name} for name in ("", "Music", "2music", "e-books", "x" * 33, "müsic")],
            *[{"title": title} for title in ("", " ", "x" * 65)],
            *[{"torznab": number} for number in (-1, 0, 999, 10_000, 99_999, 200_000, "3000", 1.5)],
            *[{"position": position} for position in (-1, 1_000_001)],
        ],
    )
    def test_wrong(
        self, editor: Client, names: Callable[[], list[str]], field: dict[str, Any]
    ) -> None:
        answer = editor.post(PATH, {**EBOOKS, **field}, status=400)
        assert list(answer.json["errors"]) == list(field)
        assert names() == ["other"]


class TestEdit:
    def test_answer_and_log(self, editor: Client, db: Session) -> None:
        editor.post(PATH, EBOOKS, status=201)
        change = {"title": "Books", "position": 0}
        category = editor.put(f"{PATH}/ebooks", change, status=200).json["response"]
        assert category == {**EBOOKS, **change}
        assert editor.get(f"{PATH}/ebooks").json["response"] == category
        entry = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
        assert entry.before == {"title": "E-books", "position": 2}
        assert entry.after == change

    def test_name_stays(self, editor: Client) -> None:
        editor.put(f"{PATH}/other", {"name": "misc"}, status=400)

    @pytest.mark.parametrize("name", ["music", "OTHER", "x" * 40])
    def test_missing(self, editor: Client, name: str) -> None:
        editor.put(f"{PATH}/{name}", {"title": "x"}, status=404)


class TestDelete:
    def test_unused(self, editor: Client, names: Callable[[], list[str]]) -> None:
        editor.post(PATH, EBOOKS, status=201)
        editor.delete(f"{PATH}/ebooks", status=200)
        assert names() == ["other"]

    def test_used_by_a_torrent(self, editor: Client, member: Client, upload: Any) -> None:
        editor.post(PATH, EBOOKS, status=201)
        upload(member, category="ebooks")
        answer = editor.delete(f"{PATH}/ebooks", status=409).json
        assert answer["code"] == "category_in_use"
        editor.get(f"{PATH}/ebooks", status=200)


class TestOfATorrent:
    def test_must_be_there(self, editor: Client, member: Client, upload: Any) -> None:
        editor.post(PATH, EBOOKS, status=201)
        errors = upload(member, category="films", status=400)["errors"]
        assert errors == {"category": ["value is not allowed: choose one of ebooks, other"]}
        assert upload(member, category="ebooks")["category"] == "ebooks"

    def test_filter(self, member: Client, upload: Any, db: Session) -> None:
        upload(member, "Old")
        db.execute(update(Group).values(category="films"))
        db.commit()
        upload(member, "New")
        listed = {
            category: [
                item["name"]
                for item in member.get(f"/torrents?category={category}").json["response"]["items"]
            ]
            for category in ("films", "other", "unheard_of")
        }
        assert listed == {"films": ["Old"], "other": ["New"], "unheard_of": []}


class TestCommand:
    @pytest.fixture
    def run(self, make_site: Callable[..., Any]) -> Iterator[Callable[..., str]]:
        """``run("add", "music")``: the output of the command, which must exit with this status."""
        registry = make_site().registry

        class Made:
            """An application that already exists."""

            def migrated(self) -> Any:
                return registry

        def call(*words: str, code: int = 0) -> str:
            result = CliRunner().invoke(command, list(words), obj=Made())
            assert result.exit_code == code, result.output
            return result.output

        return call

    def test_life(self, run: Callable[..., str]) -> None:
        assert run("add", "music", "--torznab", "3000", "--position", "1") == "Added music.\n"
        assert run("edit", "music", "--title", "Music") == "Changed music.\n"
        assert [line.split() for line in run("list").splitlines()] == [
            ["0", "other", "8000", "Other"],
            ["1", "music", "3000", "Music"],
        ]
        assert run("remove", "music") == "Removed music.\n"
        assert run("list").count("\n") == 1

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            (("add", "Music"), 1, "Error: value must be a letter"),
            (("add", "other"), 1, "Error: There is a category other already."),
            (("edit", "other", "--torznab", "1"), 1, "Error: value must be from 1000 to 9999"),
            (("edit", "other"), 2, "Error: Nothing to change"),
            (("edit", "films", "--title", "x"), 1, "Error: There is no category 'films'"),
            (("remove", "films"), 1, "there are: other."),
        ],
    )
    def test_mistakes(
        self, run: Callable[..., str], words: tuple[str, ...], code: int, sentence: str
    ) -> None:
        assert sentence in run(*words, code=code)
