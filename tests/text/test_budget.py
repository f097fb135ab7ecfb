"""The limits of a text: its work, and the length of its HTML."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from pulsar.background import make_request
from pulsar.interfaces import IText, ITextFormatter
from pulsar.registry import Registry
from pulsar.text import bbcode, markdown
from pulsar.text.service import MAX_SOURCE
from pulsar.text.work import MAX_WORK, TooMuchWork, Work, most_work

#: Beginnings and pieces that, repeated up to a length, are especially expensive to parse.
PIECES = {
    "names": ("", "@a "),
    "names on lines": ("", "@a\n"),
    "name tags": ("", "[user]a[/user]"),
    "pipe table": ("|a|b|c|d|\n|-|-|-|-|\n", "|a|b|c|d|\n"),
    "empty cells": ("|||||||||\n|-|-|-|-|-|-|-|-|\n", "|||||||||\n"),
    "completed cells": ("|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n", "|\n"),
    "cells in one line": ("", "|a"),
    "tag table": ("[table]", "[tr][td]a[/td][td]b[/td][/tr]"),
    "list": ("", "- a\n"),
    "loose list": ("", "1. a\n\n"),
    "deep list": ("", "".join(f"{'  ' * depth}- a\n" for depth in range(50))),
    "tag list": ("[list]", "[*]a"),
    "deep tag list": ("", "[list][*]"),
    "links": ("", "[a](http://a.b) "),
    "link tags": ("", "[url=http://a.b]a[/url]"),
    "images": ("", "![a](http://a.b/c) "),
    "autolinks": ("", "<http://a.b> "),
    "addresses": ("", "http://a.b "),
    "parentheses": ("", "http://a))"),
    "definitions": ("", "[a]: http://b.c\n"),
    "quotations": ("", "> a\n"),
    "deep quotations": ("", ">" * 50 + " a\n"),
    "quotation tags": ("", "[quote=bob]a[/quote]"),
    "nested tags": ("", "[quote]" * 50 + "[/quote]" * 50),
    "closing tags": ("[b]" * 49, "[/i]"),
    "emphasis": ("", "*a*"),
    "emphasis never closed": ("", "*a **b _c "),
    "stars": ("", "*"),
    "tildes": ("", "~~a~~"),
    "brackets": ("", "["),
    "image brackets": ("", "!["),
    "arguments": ("", "[a="),
    "labels": ("", "[a]["),
    "destinations": ("", "[a]("),
    "code": ("", "`a` "),
    "backticks": ("", "``a`"),
    "fences": ("", "```\na\n```\n"),
    "lines": ("", "a\n"),
    "paragraphs": ("", "a\n\n"),
    "headings": ("", "# a\n"),
    "underlined headings": ("", "a\n===\n"),
    "empty lines": ("", "\n"),
    "ampersands": ("", "&"),
    "entities": ("", "&amp;"),
    "no-break spaces": ("", "\u00a0"),
    "less-than signs": ("", "<"),
    "backslashes": ("", "\\*"),
}
LENGTHS = (12_000, 48_000, MAX_SOURCE)


TRIES = 3


@pytest.mark.parametrize("format", ["bbcode", "markdown"])
@pytest.mark.parametrize("name", PIECES)
class TestBudget:
    def test_time_and_length(self, text: Any, format: str, name: str) -> None:
        beginning, piece = PIECES[name]
        for length in LENGTHS:
            source = (beginning + piece * (length // len(piece)))[: length - TRIES]
            # Twice the time of the slowest, at the best of several tries, because the machine is
            # shared. Each try has a different text, so that no result is cached.
            tries = (self.seconds(text, format, source + "x" * number) for number in range(TRIES))
            assert any(seconds < 0.6 for seconds in tries)
            assert len(text.html(format, source)) <= 5 * length + 65_536

    @staticmethod
    def seconds(text: Any, format: str, source: str) -> float:
        """Return the CPU time of all conversions of a text."""
        started = time.thread_time()
        text.html(format, source)
        text.references(format, source)
        text.searchable(format, source)
        return time.thread_time() - started


class TestMostWork:
    @pytest.mark.parametrize("formatter", [bbcode, markdown])
    @pytest.mark.parametrize("name", PIECES)
    def test_is_no_less_than_what_is_counted(
        self, formatter: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        beginning, piece = PIECES[name]
        length = max(4_000, len(beginning))
        source = (beginning + piece * (length // len(piece)))[:length]
        counted: list[Work] = []

        def counting() -> Work:
            counted.append(Work())
            return counted[-1]

        monkeypatch.setattr(formatter, "Work", counting)
        markdown._read.cache_clear()
        with suppress(TooMuchWork):
            formatter.html(source)
        assert min(sum(work.spent for work in counted), MAX_WORK) <= most_work(source)

    def test_what_people_write_is_little(self) -> None:
        source = "A line of a text that people write, [b]somewhat[/b] marked.\n" * 40
        assert most_work(source) < MAX_WORK // 8
        assert most_work("x" * MAX_SOURCE) < MAX_WORK // 3

    def test_is_bounded(self) -> None:
        assert most_work("*" * MAX_SOURCE) == MAX_WORK


class TestWhatIsTooMuch:
    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    def test_is_shown_as_it_is_and_calls_nobody(self, text: Any, format: str) -> None:
        few = "[user]bob[/user] [b]*a*[/b]\n"
        assert text.html(format, few) != few
        assert text.references(format, few).mentioned == ("bob",)
        many = few * 9_000
        assert text.html(format, many) == many.replace("\n", "<br>")
        assert text.references(format, many).mentioned == ()

    def test_html_that_is_too_long(self, text: Any) -> None:
        few, many = "@a " * 1_000, "@a " * 5_000
        assert text.html("markdown", few).count("<span") == 1_000
        assert text.html("markdown", many) == many
        assert text.references("markdown", many).mentioned == ()

    @pytest.mark.parametrize(
        ("format", "source"),
        [
            ("bbcode", "A line of a text that people write, [b]somewhat[/b] marked.\n" * 4_200),
            ("markdown", "A line of a text that people write, *somewhat* marked up.\n" * 2_500),
            ("markdown", "| A name | what it has | and more |\n|-|-|-|\n" + "|a|b|c|\n" * 1_500),
            ("markdown", "- something in a list, with a [link](https://a.b/c)\n" * 1_200),
            ("markdown", "```\n" + "* a | b [c] _d_ @e\n" * 9_000 + "```"),
            ("bbcode", "[code]" + "[b]c[/b]\n" * 20_000 + "[/code]"),
        ],
    )
    def test_what_people_write_is_formatted(self, text: Any, format: str, source: str) -> None:
        assert text.html(format, source) not in (source, source.replace("\n", "<br>"))

    def test_the_same_whatever_the_machine_does(self, text: Any) -> None:
        source = "*a* " * 20_000
        html = text.html("markdown", source)
        markdown._read.cache_clear()
        text._formatted.cache_clear()
        assert text.html("markdown", source) == html

    def test_is_not_tried_again(self, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        """For later readers, the cache says that the text is shown unformatted."""
        service = registry.getUtility(IText)
        formatter = registry.getUtility(ITextFormatter, "bbcode")
        many = "[user]bob[/user] [b]*a*[/b] once\n" * 7_500
        assert len(many) < MAX_SOURCE
        (first,) = service.html_many(make_request(registry), [("bbcode", many)])
        assert first == many.replace("\n", "<br>")
        service._formatted.cache_clear()
        tries: list[str] = []
        counting = replace(formatter, html=tries.append)
        monkeypatch.setattr(service, "_formatter", lambda format: counting)
        assert service.html_many(make_request(registry), [("bbcode", many)]) == [first]
        assert tries == []

    def test_a_fault_of_a_formatter_is_tried_again(
        self, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = registry.getUtility(IText)
        formatter = registry.getUtility(ITextFormatter, "bbcode")
        source = "[b]A text after a fault.[/b]"
        with monkeypatch.context() as patched:
            broken = replace(formatter, html=lambda text: 1 / 0)
            patched.setattr(service, "_formatter", lambda format: broken)
            assert service.html_many(make_request(registry), [("bbcode", source)]) == [source]
        service._formatted.cache_clear()
        (html,) = service.html_many(make_request(registry), [("bbcode", source)])
        assert html == "<strong>A text after a fault.</strong>"
