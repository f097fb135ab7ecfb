"""Markdown: CommonMark, tables, and our own tags."""

from __future__ import annotations

import pytest

from pulsar.text.markdown import html

BOB = '<span class="mention" data-username="bob">@bob</span>'
QUOTE = '<blockquote data-username="bob"><cite>bob</cite>'
SPOILER = "<details><summary>Spoiler</summary>"


def render(source: str) -> str:
    """Return the HTML without insignificant line breaks."""
    return html(source).replace("\n", "")


class TestMarkdown:
    @pytest.mark.parametrize(
        ("source", "html"),
        [
            ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
            ("# a", "<h1>a</h1>"),
            ("[a](https://b.c 'd')", '<p><a href="https://b.c" title="d">a</a></p>'),
            ("![a **b** @c](https://b.c)", '<p><img src="https://b.c" alt="a b @c"></p>'),
            ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
            ("```py\nx\n```", '<pre><code class="language-py">x</code></pre>'),
            (
                "a|b\n-|-:\nc|d",
                '<table><thead><tr><th>a</th><th data-align="right">b</th></tr></thead>'
                '<tbody><tr><td>c</td><td data-align="right">d</td></tr></tbody></table>',
            ),
        ],
    )
    def test_becomes(self, source: str, html: str) -> None:
        assert render(source) == html


class TestOurTags:
    @pytest.mark.parametrize(
        ("source", "html"),
        [
            ("[quote=bob]a[/quote]", f"{QUOTE}<p>a</p></blockquote>"),
            ("a [quote=bob]b[/quote] c", f"<p>a </p>{QUOTE}<p>b</p></blockquote><p> c</p>"),
            (
                "[quote=bob|7]\n\n**a**\n\nb\n[/quote]\nc",
                f"{QUOTE}<p><strong>a</strong></p><p>b</p></blockquote><p>c</p>",
            ),
            ("[QUOTE=bob]\n- a\n[/QUOTE]\nb", f"{QUOTE}<ul><li>a</li></ul></blockquote><p>b</p>"),
            ("[quote=bob]\n# a\n[/quote]", f"{QUOTE}<h1>a</h1></blockquote>"),
            ("[quote=bob]: a", f"{QUOTE}<p>: a</p></blockquote>"),
            ("[quote=bob]a", f"{QUOTE}<p>a</p></blockquote>"),
            ("[spoiler]a[/spoiler]", f"{SPOILER}<p>a</p></details>"),
            ("[hide=b]a[/hide]", "<details><summary>b</summary><p>a</p></details>"),
            (
                "[spoiler][quote=bob]a[/spoiler]b",
                f"{SPOILER}{QUOTE}<p>a</p></blockquote></details><p>b</p>",
            ),
            ("> [spoiler]a\n\nb", f"<blockquote>{SPOILER}<p>a</p></details></blockquote><p>b</p>"),
            ("- [spoiler]a[/spoiler]\n- b", f"<ul><li>{SPOILER}a</details></li><li>b</li></ul>"),
            ("[user]bob[/user]", f"<p>{BOB}</p>"),
            ("Hi @bob.", f"<p>Hi {BOB}.</p>"),
            ("**@bob**", f"<p><strong>{BOB}</strong></p>"),
        ],
    )
    def test_become(self, source: str, html: str) -> None:
        assert render(source) == html

    @pytest.mark.parametrize(
        "source",
        [
            "a@bob",
            "@",
            "@bob@example.org",
            f"@{'b' * 33}",
            "[/quote]",
            "[/spoiler=a]",
            "[user]not a name[/user]",
            "/@bob",
        ],
    )
    def test_stays_text(self, source: str) -> None:
        assert render(source) == f"<p>{source}</p>"

    @pytest.mark.parametrize(
        "source", ["`@bob`", "`[quote=bob]`", "```\n[quote=bob]\n```", "    @bob"]
    )
    def test_not_in_code(self, source: str) -> None:
        assert "data-username" not in html(source)

    @pytest.mark.parametrize("source", ["# [quote]a", "**[quote]a**"])
    def test_not_inside_of_a_line(self, source: str) -> None:
        assert "[quote]" in html(source)
        assert "<blockquote>" not in html(source)
