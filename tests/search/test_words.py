"""The words of texts and of queries."""

from __future__ import annotations

import pytest

from pulsar.search.words import MAX_TERMS, MAX_WORD, Term, parse, words


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", []),
            ("Ubuntu Linux", ["ubuntu", "linux"]),
            ("Some.File_Name-2024[x265].mkv", ["some", "file", "name", "2024", "x265", "mkv"]),
            ("folder/file", ["folder", "file"]),
            ("Amélie Ångström", ["amelie", "angstrom"]),
            ("STRASSE straße", ["strasse", "strasse"]),
            ("Ｆｕｌｌ", ["full"]),  # tests full-width letters
            ("日本語 текст", ["日本語", "текст"]),
            ("a\0b\nc", ["a", "b", "c"]),
            ("...", []),
        ],
    )
    def test(self, text: str, expected: list[str]) -> None:
        assert words(text) == expected

    def test_composed_and_decomposed_are_the_same(self) -> None:
        assert words("e\N{COMBINING ACUTE ACCENT}") == words("\N{LATIN SMALL LETTER E WITH ACUTE}")

    def test_long_words_are_cut(self) -> None:
        assert words("x" * 5000) == ["x" * MAX_WORD]


class TestParse:
    @pytest.mark.parametrize(
        ("query", "terms"),
        [
            ("", []),
            ("  ", []),
            ("linux iso", [Term(("linux",)), Term(("iso",))]),
            ('"live cd"', [Term(("live", "cd"))]),
            ('"live cd', [Term(("live", "cd"))]),
            ("-beta", [Term(("beta",), negated=True)]),
            ("!beta", [Term(("beta",), negated=True)]),
            ('-"live cd"', [Term(("live", "cd"), negated=True)]),
            ("ubun*", [Term(("ubun",), prefix=True)]),
            ("file.name", [Term(("file", "name"))]),
            ("x265-GROUP", [Term(("x265", "group"))]),
            ("*", []),
            ("-", []),
            ('""', []),
            ("- beta", [Term(("beta",))]),
        ],
    )
    def test(self, query: str, terms: list[Term]) -> None:
        assert parse(query) == terms

    def test_many(self) -> None:
        assert len(parse("a " * 500)) == MAX_TERMS
