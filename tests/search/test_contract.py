"""The search on every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session
from zope.interface.verify import verifyObject

from pulsar.interfaces import ISearch
from pulsar.search import Search

KIND = "things"

TEXTS = {
    1: "Ubuntu Linux 24.04 desktop",
    2: "Ubuntu server, beta release",
    3: "Debian GNU/Linux live CD",
    4: "Le Fabuleux Destin d'Amélie Poulain",
    5: "Some.Show.S01E02.1080p.WEB-DL_[GROUP].mkv",
    6: "CD of live recordings",
    7: "Ελληνικά ΣΊΣΥΦΟΣ текст 日本語",
}


@pytest.fixture
def search() -> Search:
    return Search()


@pytest.fixture
def find(search: Search, db: Session) -> Callable[[str], list[int]]:
    """``find(query)``: the ids of the matching texts among ``TEXTS``."""
    for ref_id, text in TEXTS.items():
        search.put(db, KIND, ref_id, text)

    return lambda query: sorted(db.scalars(search.matching(db, KIND, query)))


Find = Callable[[str], list[int]]


class TestInterface:
    def test_is_provided(self, search: Search, registry: Any) -> None:
        assert verifyObject(ISearch, search)
        assert isinstance(registry.getUtility(ISearch), Search)


class TestMatching:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("ubuntu", [1, 2]),
            ("ubuntu linux", [1]),
            ("linux ubuntu", [1]),
            ("ubuntu debian", []),
            ("nothing", []),
            ("ubunt", []),
            ("buntu", []),
        ],
    )
    def test_all_words(self, find: Find, query: str, expected: list[int]) -> None:
        assert find(query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ('"live cd"', [3]),
            ('"cd live"', []),
            ("live cd", [3, 6]),
            ('"ubuntu server beta"', [2]),
            ('"ubuntu beta"', []),
            ('"live cd" debian', [3]),
            ('"live cd', [3]),
        ],
    )
    def test_phrases(self, find: Find, query: str, expected: list[int]) -> None:
        assert find(query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("ubuntu -beta", [1]),
            ("-beta ubuntu", [1]),
            ("ubuntu !beta", [1]),
            ('cd -"live cd"', [6]),
            ("ubuntu -server -desktop", []),
            ("live -cd -debian", []),
            ("ubuntu -deb*", [1, 2]),
            ("linux -deb*", [1]),
        ],
    )
    def test_negation(self, find: Find, query: str, expected: list[int]) -> None:
        assert find(query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("ubun*", [1, 2]),
            ("u*", [1, 2]),
            ("ubuntu*", [1, 2]),
            ("s01*", [5]),
            ("deb* li*", [3]),
            ("web.d*", [5]),
            ("xyz*", []),
        ],
    )
    def test_prefix(self, find: Find, query: str, expected: list[int]) -> None:
        assert find(query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("UBUNTU", [1, 2]),
            ("amelie", [4]),
            ("AMÉLIE", [4]),
            ("ame\N{COMBINING ACUTE ACCENT}lie", [4]),
            ("fábuleux", [4]),
            ("ελληνικα", [7]),
            ("σίσυφος", [7]),
            ("ТЕКСТ", [7]),
            ("日本語", [7]),
        ],
    )
    def test_accents_and_case(self, find: Find, query: str, expected: list[int]) -> None:
        assert find(query) == expected

    @pytest.mark.parametrize(
        "query",
        [
            *("some show", "some.show.s01e02", "Some.Show.S01E02.1080p.WEB-DL_[GROUP].mkv"),
            *("web-dl", "web_dl", "[group]", "group.mkv", "S01E02 mkv", '"web dl group"'),
        ],
    )
    def test_punctuation_of_file_names(self, find: Find, query: str) -> None:
        assert find(query) == [5]

    @pytest.mark.parametrize("query", ["", "  ", "-beta", "-beta -ubuntu", "...", "*", '""', "-"])
    def test_no_positive_word(self, find: Find, query: str) -> None:
        assert find(query) == []

    @pytest.mark.parametrize(
        "query",
        [
            *('"', "'", "*", "\\", "\\'", '"\'"', "NEAR(", "NEAR(a b, 5)", "(", ")", "^ubuntu"),
            *("AND", "OR", "NOT", "a AND", "NOT a", "body:ubuntu", "{body}: x", "a + b", "a:*"),
            *("a <-> b", "!!a", "a & | b", "%", "_", ";", "--", "/* */", "$1", ":terms", "?"),
            *("\0", "a\0b", "\ud800", "\n", "\u202e", "&amp;", "💥", "-" * 300, '"' * 301),
            *("x" * 100_000, "a " * 50_000, "é" * 20_000, '"' + "a " * 3000 + '"', "a*" * 1000),
        ],
        ids=repr,
    )
    def test_hostile_queries(self, find: Find, query: str) -> None:
        assert isinstance(find(query), list)
        assert find("debian") == [3]

    def test_operators_are_words(self, find: Find, search: Search, db: Session) -> None:
        search.put(db, KIND, 8, "near and not or")
        for query in ("near", "and", "not", "or", "NEAR AND", '"not or"'):
            assert find(query) == [8]


class TestPut:
    def test_replaces(self, find: Find, search: Search, db: Session) -> None:
        search.put(db, KIND, 1, "Fedora workstation")
        assert find("ubuntu") == [2]
        assert find("fedora") == [1]

    def test_long_texts(self, find: Find, search: Search, db: Session) -> None:
        search.put(db, KIND, 8, "first " + "filler " * 40_000)
        search.put(db, KIND, 9, " ".join(f"word{number}" for number in range(40_000)))
        assert find("first filler") == [8]
        assert find("word100") == [9]

    @pytest.mark.parametrize("text", ["", "...", "a\0b", "'quoted' \\ \"words\"", "x" * 100_000])
    def test_strange_texts(self, find: Find, search: Search, db: Session, text: str) -> None:
        search.put(db, KIND, 8, text)
        assert find("debian") == [3]

    def test_largest_id(self, find: Find, search: Search, db: Session) -> None:
        search.put(db, KIND, 2**63 - 1, "colossal")
        assert find("colossal") == [2**63 - 1]


class TestKinds:
    def test_are_apart(self, find: Find, search: Search, db: Session) -> None:
        search.put(db, "others", 1, "Fedora workstation")
        assert find("fedora") == []
        assert find("desktop") == [1]
        assert list(db.scalars(search.matching(db, "others", "fedora"))) == [1]


class TestDrop:
    def test_is_found_no_longer(self, find: Find, search: Search, db: Session) -> None:
        search.drop(db, KIND, 1)
        assert find("ubuntu") == [2]
        search.put(db, KIND, 1, TEXTS[1])
        assert find("ubuntu") == [1, 2]

    def test_what_is_not_there(self, find: Find, search: Search, db: Session) -> None:
        search.drop(db, KIND, 99)
        search.drop(db, "others", 1)
        assert find("ubuntu") == [1, 2]


class TestTransaction:
    def test_rolled_back(self, find: Find, search: Search, db: Session) -> None:
        savepoint = db.begin_nested()
        search.put(db, KIND, 1, "Fedora workstation")
        search.drop(db, KIND, 2)
        savepoint.rollback()
        assert find("ubuntu") == [1, 2]
        assert find("fedora") == []


class TestUse:
    def test_inside_of_another_query(self, find: Find, search: Search, db: Session) -> None:
        from sqlalchemy import select

        from pulsar.search.models import SearchDocument

        ids = search.matching(db, KIND, "ubuntu")
        query = select(SearchDocument.ref_id).where(
            SearchDocument.kind == KIND,
            SearchDocument.ref_id.in_(ids),
            SearchDocument.ref_id > 1,
        )
        assert list(db.scalars(query)) == [2]
