"""Links between articles and anchors of headings, in HTML that stays safe."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

import pytest

from pulsar.interfaces import IText
from pulsar.testing.client import Client
from pulsar.text.work import longest_html
from wiki import markup
from wiki.markup import Markup, slug

#: Texts that try to become tags.
HOSTILE = (
    "[[<script>alert(1)</script>]]",
    "[[x|<img src=x onerror=alert(1)>]]",
    "[[javascript:alert(1)|x]]",
    '[[" onmouseover="alert(1)]]',
    "[[x|\" onmouseover='alert(1)']]",
    "[[&lt;script&gt;|&lt;script&gt;alert(1)&lt;/script&gt;]]",
    "[[&amp;lt;script&amp;gt;]]",
    '# <h1 onclick="alert(1)">',
    "# [[x|<b id=1>]]",
    "[[a|<]][[b|/script>]]",
    "<script>[[x]]</script>",
    "<![CDATA[ [[x]] <script>]]>",
    "<!-- [[x]] --><svg onload=alert(1)>",
    '[x]([[y]]) ![[[z]]](http://a.b/"onerror=alert(1))',
    "[url=http://a.b][[x]][/url] [img]http://a.b/[[x]].png[/img]",
    "[code][[x]]<script>[/code] `[[x]]<script>`",
    "[[x\0]] [[\u202ex]] [[x\n]] [[x|y|z]] [[]] [[|]] [[ ]]",
    "[[%2e%2e/%2e%2e]] [[../../users]] [[//evil.example/]]",
)


def parse(html: str) -> Markup:
    """Parse HTML without a limit of its length."""
    return markup.parse(html, 10_000_000)


class Seen(HTMLParser):
    """The tags in HTML, as browsers see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class TestLinks:
    def test_known_and_missing(self) -> None:
        html = parse("<p>[[Rules of Thumb]] and [[R&amp;D|what &lt;we&gt; do]]</p>").html({"r&d"})
        assert html == (
            '<p><span class="wiki-missing">Rules of Thumb</span> and '
            '<a class="wiki-link" href="/wiki/r%26d">what &lt;we&gt; do</a></p>'
        )

    @pytest.mark.parametrize(
        "html",
        [
            "<p>[[]] [[|]] [[a|b|c]] [[a] ] [[a\nb]] [ [a]] [[ / ]]</p>",
            '<a href="http://a.b">[[x]]</a>',
            "<pre><code>[[x]]</code></pre>",
            "<code>[[<em>x</em>]]</code>",
            "<p>[[<em>x</em>]]</p>",
            '<img alt="[[x]]">',
            "<p>a<br>b &amp;amp; &lt;c&gt;</p><hr>",
        ],
    )
    def test_none(self, html: str) -> None:
        document = parse(html)
        assert document.aliases == []
        assert document.html({"x"}) == html

    def test_after_code(self) -> None:
        assert parse("<pre><code>[[x]]</code></pre><p>[[y]]</p>").aliases == ["y"]

    def test_each_once(self) -> None:
        document = parse("[[b]] [[A]] [[a|x]] [[B]]")
        assert document.aliases == ["b", "a"]

    def test_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markup, "MAX_LINKS", 2)
        document = parse("[[a]] [[b]] [[c]] [[a]]")
        assert document.aliases == ["a", "b"]
        assert document.html(()).count("wiki-missing") == 3
        assert "[[c]]" in document.html(())


class TestHeadings:
    def test_nested(self) -> None:
        levels = (2, 3, 3, 4, 2, 1, 3)
        html = "".join(f"<h{level}>{number}</h{level}>" for number, level in enumerate(levels))

        def shape(entries: list[dict[str, Any]]) -> Any:
            return [(entry["title"], shape(entry["children"])) for entry in entries]

        assert shape(parse(html).toc()) == [
            ("0", [("1", []), ("2", [("3", [])])]),
            ("4", []),
            ("5", [("6", [])]),
        ]

    def test_anchors_are_unique(self) -> None:
        titles = ("A b", "A  B", "a-b-2", "A B", "!", "?")
        document = parse("".join(f"<h1>{title}</h1>" for title in titles))
        anchors = [entry["anchor"] for entry in document.toc()]
        assert anchors == [
            "section-a-b",
            "section-a-b-2",
            "section-a-b-2-2",
            "section-a-b-3",
            "section",
            "section-2",
        ]
        ids = [attributes["id"] for _, attributes in Seen(document.html(())).tags]
        assert ids == anchors

    def test_titles(self) -> None:
        (entry,) = parse("<h2>A <em>b</em> <code>c</code>\n [[D|e &lt;f&gt;]]</h2>").toc()
        assert entry["title"] == "A b c e <f>"
        assert (entry["anchor"], entry["level"]) == ("section-a-b-c-e-f", 2)

    def test_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markup, "MAX_HEADINGS", 2)
        html = "<h1>a</h1><h2>b</h2><h3>c</h3>"
        assert parse(html).html(()).count(" id=") == 2
        assert parse(html).html(()).endswith("<h3>c</h3>")

    @pytest.mark.parametrize(
        ("title", "anchor"),
        [
            ("Straße & Co", "section-strasse-co"),
            ("日本 語", "section-日本-語"),
            ('"><script>', "section-script"),
            ("_x_", "section-x"),
            ("x" * 200, f"section-{'x' * 64}"),
            ("", "section"),
        ],
    )
    def test_slug(self, title: str, anchor: str) -> None:
        assert slug(title) == anchor


class TestSafety:
    @pytest.mark.parametrize("is_known", [True, False])
    @pytest.mark.parametrize("format", ["markdown", "bbcode"])
    def test_nothing_becomes_a_tag(self, registry: Any, format: str, is_known: bool) -> None:
        for source in (*HOSTILE, "\n\n".join(HOSTILE), "".join(HOSTILE)):
            html = registry.getUtility(IText).html(format, source)
            document = parse(html)
            linked = document.html(set(document.aliases) if is_known else ())
            before = [tag for tag, _ in Seen(html).tags]
            after = [
                tag
                for tag, attributes in Seen(linked).tags
                if attributes.get("class") not in ("wiki-link", "wiki-missing")
            ]
            assert after == before, source
            for tag, attributes in Seen(linked).tags:
                assert not [name for name in attributes if name.startswith("on")], source
                if attributes.get("class") == "wiki-link":
                    assert attributes.keys() == {"class", "href"}
                    place = attributes["href"] or ""
                    assert place.startswith("/wiki/")
                    assert "/" not in place[6:]
                if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                    assert attributes.keys() == {"id"}

    def test_what_is_shown(self, write: Any) -> None:
        source = "\n\n".join(HOSTILE).replace("\0", "")
        article = write("Hostile", source, format="markdown")
        tags = {tag for tag, _ in Seen(article["contents_html"]).tags}
        assert tags <= {"p", "h1", "span", "a", "br", "code", "img"}


class TestBudget:
    #: Texts of the maximum length with as many links, anchors or tags as possible.
    SOURCES = (
        "[[a]]" * 100_000,
        "[[a|b]] " * 62_500,
        "".join(f"[[{number}]]" for number in range(65_000)),
        "\n" * 250_000,
        "a\n" * 128_000,
        "&" * 250_000,
        "[[" * 250_000,
        ("[[" + "a" * 256) * 1_900,
        "# a\n" * 20_000,
        "# " + "[[a]]" * 50_000,
        "# " + "*a* " * 20_000,
    )

    @pytest.mark.parametrize("format", ["markdown", "bbcode"])
    @pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
    def test_time_and_length(self, registry: Any, format: str, source: str) -> None:
        html = registry.getUtility(IText).html(format, source)
        started = time.thread_time()
        document = markup.parse(html, longest_html(source))
        lengths = [len(document.html(item)) for item in ((), set(document.aliases))]
        # Twice the time of the slowest text, since the machine runs other things.
        assert time.thread_time() - started < 0.5
        assert max(lengths) <= longest_html(source)

    def test_links_that_are_too_much_stay_text(self) -> None:
        html = "[[a]]" * 10
        document = markup.parse(html, len(html) + 100)
        assert document.html(()).count("wiki-missing") == 2
        assert document.html(()).endswith("[[a]]" * 8)

    def test_anchors_that_are_too_much_are_left_out(self) -> None:
        html = "<h1>a</h1><h1>b</h1>"
        document = markup.parse(html, len(html) + 100)
        assert document.html(()) == '<h1 id="section-a">a</h1><h1>b</h1>'

    def test_too_many_tags_stay_as_they_are(self) -> None:
        html = "[[a]]" + "<br>" * 100_000
        assert markup.parse(html, 10_000_000).html({"a"}) == html

    def test_what_people_write_is_linked(self) -> None:
        html = "<p>A line with a [[Link]] and <em>more</em>.</p>\n" * 4_000
        assert parse(html).html(()).count("wiki-missing") == 4_000

    def test_an_article(self, write: Any) -> None:
        source = "[[a]]" * 100_000
        contents_html = write("Links", source, format="markdown")["contents_html"]
        assert len(contents_html) <= longest_html(source)


class TestArticle:
    @pytest.mark.parametrize("format", ["markdown", "bbcode"])
    def test_links(self, write: Any, member: Client, format: str) -> None:
        source = "See [[Welcome]] and [[Toes|big toes]]."
        contents_html = write("Thumbs", source, format=format)["contents_html"]
        assert '<a class="wiki-link" href="/wiki/welcome">Welcome</a>' in contents_html
        assert '<span class="wiki-missing">big toes</span>' in contents_html
        write("Toes")
        contents_html = member.get("/wiki/thumbs", status=200).json["response"]["contents_html"]
        assert '<a class="wiki-link" href="/wiki/toes">big toes</a>' in contents_html

    def test_of_an_old_revision(self, write: Any, edit: Any, member: Client) -> None:
        article = write("Thumbs", "[[Welcome]]")
        edit(article["id"], contents="Nothing.")
        path = f"/wiki/articles/{article['id']}/revisions/1"
        contents_html = member.get(path, status=200).json["response"]["contents_html"]
        assert 'href="/wiki/welcome"' in contents_html

    def test_sql_does_not_grow(self, write: Any, member: Client, count_sql: Any) -> None:
        few = write("Few", "[[welcome]]")["id"]
        many = write("Many", " ".join(f"[[a{number}]]" for number in range(2000)))["id"]
        numbers = []
        for article_id in (few, many):
            member.get(f"/wiki/articles/{article_id}", status=200)
            with count_sql() as statements:
                member.get(f"/wiki/articles/{article_id}", status=200)
            numbers.append(len(statements))
        assert numbers[0] == numbers[1] <= 5
