"""Attacks: the output contains only allowed HTML, whatever the input is."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.text.sanitise import sanitise

from .judge import Judge, judged
from .vectors import ADDRESSES, BBCODE, MARKDOWN, MARKUP


class TestJudge:
    """The judge itself detects forbidden HTML."""

    @pytest.mark.parametrize(
        "html",
        [
            "<script>x</script>",
            "<b>x</b>",
            "<p onclick=x>x</p>",
            "<p>x",
            "<p><em>x</p></em>",
            "x</p>",
            '<a href="https://x">x</a>',
            '<a rel="nofollow noopener noreferrer" href="java&#x73;cript:x">x</a>',
            '<img src="data:x">',
            '<img src="/x">',
            '<span style="color:red">x</span>',
            '<span class="other">x</span>',
            "<!-- x -->",
        ],
    )
    def test_wrong(self, html: str) -> None:
        assert Judge(html).problems


class TestFormatters:
    @pytest.mark.parametrize("source", BBCODE)
    def test_bbcode(self, text: Any, source: str) -> None:
        judged(text.html("bbcode", source))

    @pytest.mark.parametrize("source", MARKDOWN)
    def test_markdown(self, text: Any, source: str) -> None:
        judged(text.html("markdown", source))

    @pytest.mark.parametrize("source", MARKUP)
    def test_unknown(self, text: Any, source: str) -> None:
        assert judged(text.html("gone", source)).text == source.replace("\0", "\ufffd")

    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    def test_both_read_the_others_texts(self, text: Any, format: str) -> None:
        for source in (*BBCODE, *MARKDOWN):
            judged(text.html(format, source))


class TestSanitiser:
    """HTML that a careless formatter of a plugin would allow."""

    @pytest.mark.parametrize("html", MARKUP)
    def test_markup(self, html: str) -> None:
        judged(sanitise(html))

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_addresses(self, address: str) -> None:
        judged(sanitise(f'<a href="{address}">x</a><img src="{address}"><img src=\'{address}\'>'))

    @pytest.mark.parametrize(
        "html",
        [
            '<p id="config">x</p>',
            '<a name="body" href="https://example.org">x</a>',
            '<span class="mention modal">x</span>',
            '<span data-color="red;x">x</span>',
            '<span data-username="a b">x</span>',
            '<img src="mailto:x@example.org">',
            '<code class="language-x other">x</code>',
            f'<a href="https://example.org/{"x" * 2001}">x</a>',
        ],
    )
    def test_attributes_go(self, html: str) -> None:
        sanitised = sanitise(html)
        judged(sanitised)
        assert "=" not in sanitised.replace('rel="nofollow noopener noreferrer"', "").replace(
            ' href="https://example.org"', ""
        )

    def test_long_runs_of_text(self) -> None:
        run = "&amp;\u00a0a;" * 10_000
        assert judged(sanitise(f"<p>{run}</p>")).text == "&\u00a0a;" * 10_000
