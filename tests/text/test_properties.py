"""Properties that hold for every text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .judge import judged
from .vectors import BBCODE, MARKDOWN

PIECES = [
    *("[b]", "[/b]", "[i]", "[/i]", "[quote]", "[quote=bob|1]", "[/quote]", "[code]", "[/code]"),
    *("[list]", "[*]", "[/list]", "[table]", "[tr]", "[td]", "[/td]", "[/tr]", "[/table]", "[hr]"),
    *("[url=http://a.b]", "[url]", "[/url]", "[user]al[/user]", "[spoiler=x]", "[hide]", "[/hide]"),
    *(
        "[/spoiler]",
        "[color=red]",
        "[/color]",
        "[size=4]",
        "[align=left]",
        "[/align]",
        "\n",
        "\n\n",
    ),
    *(
        "> ",
        "- ",
        "1. ",
        "    ",
        "```",
        "`",
        "**",
        "_",
        "~~",
        "|",
        "|-|",
        "# ",
        "![",
        "](",
        ")",
        "[",
    ),
    *(
        "]",
        "@al",
        "http://a.b/c?d&e",
        "<",
        ">",
        '"',
        "'",
        "&",
        "&amp;",
        "a",
        " ",
        "\\",
        "===",
        "\r",
    ),
]
TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
    st.lists(st.sampled_from([*BBCODE, *MARKDOWN]), max_size=3).map("".join),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zs", "Po"]), max_size=60),
)
#: Words without characters that are markup in either format.
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzäßж漢", min_size=1), min_size=1, max_size=30)
FORMATS = ["bbcode", "markdown"]
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("format", FORMATS)
class TestAnyText:
    @CALM
    @given(source=TEXTS)
    def test_html_is_well_formed_and_allowed(self, text: Any, format: str, source: str) -> None:
        html = text.html(format, source)
        judged(html)
        assert len(html) <= 5 * len(source) + 65_536

    @CALM
    @given(source=TEXTS)
    def test_references_are_names(self, text: Any, format: str, source: str) -> None:
        references = text.references(format, source)
        for names in (references.quoted, references.mentioned):
            assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", name) for name in names)
            assert len({name.casefold() for name in names}) == len(names)

    @CALM
    @given(words=WORDS)
    def test_words_survive(self, text: Any, format: str, words: list[str]) -> None:
        assert judged(text.html(format, " ".join(words))).text.split() == words


class TestBBCode:
    @CALM
    @given(words=WORDS, tags=st.lists(st.sampled_from(PIECES[:9]), min_size=30, max_size=30))
    def test_words_among_tags_survive(self, text: Any, words: list[str], tags: list[str]) -> None:
        mixed = "".join(f" {word} {tag}" for word, tag in zip(words, tags, strict=False))
        shown_words = judged(text.html("bbcode", mixed)).text.split()
        left = iter(shown_words)
        assert all(any(word == shown_word for shown_word in left) for word in words)


#: Texts that cost other parsers minutes, or overflow their stack.
HOSTILE = [
    *("[b]", "[quote=a]", "[code]", "[url]", "[list][*]", "[table][tr][td]", "[", "[a=", "[/b]"),
    *("[b][/i]", "http://a))", "&", "\u00a0", "<", "[quote][b]", "> ", "*a ", "![", "`", "``a"),
    *("[a](", "- ", "|a\n|-\n", "@a ", "[a]: x\n", "a\n", "~~", "\\", "[/quote]", "[spoiler]\n> "),
]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("piece", HOSTILE)
class TestHostileTexts:
    def test_sane(self, text: Any, format: str, piece: str) -> None:
        source = (piece * 256_000)[:256_000]
        html = text.html(format, source)
        assert judged(html).deepest < 110
        assert len(html) <= 5 * 256_000 + 65_536
        text.references(format, source)
