"""The members whom texts quote and mention."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.text import References

BOTH = [
    ("nothing", (), ()),
    ("[quote=bob]a[/quote]", ("bob",), ()),
    ("[QUOTE=bob]a[/QUOTE]", ("bob",), ()),
    ("[quote=bob|12]a[/quote]", ("bob",), ()),
    ("[quote=bob|a|b]a[/quote]", ("bob",), ()),
    ('[quote="bob"]a[/quote]', ("bob",), ()),
    ("[quote=bob]a", ("bob",), ()),
    ("[quote]a[/quote]", (), ()),
    ("[quote=not a name]a[/quote]", (), ()),
    (f"[quote={'b' * 32}]a[/quote]", ("b" * 32,), ()),
    (f"[quote={'b' * 33}]a[/quote]", (), ()),
    ("[quote=al]a[/quote]\n[quote=bob]b[/quote]", ("al", "bob"), ()),
    ("[quote=al]a[quote=bob]b[/quote]c[/quote]", ("al",), ()),
    ("[quote][quote=bob]b[/quote][/quote]", (), ()),
    ("[quote=al][quote=bob]b[/quote][/quote][quote=cy]c[/quote]", ("al", "cy"), ()),
    ("[/quote][quote=bob]a[/quote]", ("bob",), ()),
    ("[quote=Bob]a[/quote][quote=bOB]b[/quote]", ("Bob",), ()),
    ("[spoiler][quote=bob]a[/quote][/spoiler]", ("bob",), ()),
    ("[user]bob[/user] [USER]al[/USER] [user]BOB[/user]", (), ("bob", "al")),
    ("[user] bob [/user]", (), ("bob",)),
    ("[user]not a name[/user] [user]bob", (), ()),
    ("[quote=al][user]bob[/user][/quote] [user]cy[/user]", ("al",), ("cy",)),
    ("[user]bob[/user][quote=bob]a[/quote]", ("bob",), ("bob",)),
]
BBCODE = [
    ("[code][quote=al]a[/quote] [user]bob[/user][/code]", (), ()),
    ("[pre][quote=al]a[/quote] [user]bob[/user][/pre]", (), ()),
    ("[code][user]bob[/user]", (), ("bob",)),
    ("[b][quote=bob]a[/quote][/b]", ("bob",), ()),
    ("[list][*][quote=bob]a[/list][quote=al]b", ("bob", "al"), ()),
    ("@bob", (), ()),
]
MARKDOWN = [
    ("@bob, @al: @Bob", (), ("bob", "al")),
    ("`@bob` `[quote=al]` \n\n    [user]cy[/user]", (), ()),
    ("> @bob [quote=al]a[/quote]\n\n@cy", (), ("cy",)),
    ("# @bob\n\n|@al|\n|-|\n|[user]cy[/user]|", (), ("bob", "al", "cy")),
    ("[quote=al]\n- @bob\n[/quote]\n@cy", ("al",), ("cy",)),
    ("mail@example.org https://example.org/@bob", (), ()),
]


class TestReferences:
    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    @pytest.mark.parametrize(("source", "quoted", "mentioned"), BOTH)
    def test_both(self, text: Any, format: str, source: str, quoted: Any, mentioned: Any) -> None:
        assert text.references(format, source) == References(quoted, mentioned)

    @pytest.mark.parametrize(("source", "quoted", "mentioned"), BBCODE)
    def test_bbcode(self, text: Any, source: str, quoted: Any, mentioned: Any) -> None:
        assert text.references("bbcode", source) == References(quoted, mentioned)

    @pytest.mark.parametrize(("source", "quoted", "mentioned"), MARKDOWN)
    def test_markdown(self, text: Any, source: str, quoted: Any, mentioned: Any) -> None:
        assert text.references("markdown", source) == References(quoted, mentioned)

    def test_no_more_than_a_hundred(self, text: Any) -> None:
        source = " ".join(f"[user]u{number}[/user]" for number in range(200))
        references = text.references("bbcode", source)
        assert references.mentioned == tuple(f"u{number}" for number in range(100))

    def test_of_an_unknown_format(self, text: Any) -> None:
        assert text.references("gone", "[quote=bob]a") == References()
