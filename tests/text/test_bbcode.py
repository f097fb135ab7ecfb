"""BBCode: the HTML of each tag, and tags without a meaning."""

from __future__ import annotations

import pytest

from pulsar.text.bbcode import DEPTH, html, searchable
from pulsar.text.sanitise import sanitise

from .judge import judged

QUOTE = '<blockquote data-username="bob"><cite>bob</cite>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[b]x[/b]", "<strong>x</strong>"),
        ("[B]x[/b]", "<strong>x</strong>"),
        ("[i]x[/i][u]y[/u][s]z[/s]", "<em>x</em><u>y</u><s>z</s>"),
        ("[sub]x[/sub][sup]y[/sup]", "<sub>x</sub><sup>y</sup>"),
        ("[color=red]x[/color]", '<span data-color="red">x</span>'),
        ("[color=#F00]x[/color]", '<span data-color="#f00">x</span>'),
        ("[size=3]x[/size]", '<span data-size="3">x</span>'),
        ("[url=http://a.b/?c&d]x[/url]", '<a href="http://a.b/?c&amp;d">x</a>'),
        ("[url]https://a.b[/url]", '<a href="https://a.b">https://a.b</a>'),
        ("[url=mailto:a@b.c]x[/url]", '<a href="mailto:a@b.c">x</a>'),
        ("[img]https://a.b/c.png[/img]", '<img src="https://a.b/c.png" alt="">'),
        ("[img=https://a.b/c.png]", '<img src="https://a.b/c.png" alt="">'),
        ("[quote]x[/quote]", "<blockquote>x</blockquote>"),
        ("[quote=bob]x[/quote]", f"{QUOTE}x</blockquote>"),
        ('[quote="bob"]x[/quote]', f"{QUOTE}x</blockquote>"),
        ("[quote=bob|anything, 12]x[/quote]", f"{QUOTE}x</blockquote>"),
        (
            "[quote=Some <page>]x[/quote]",
            "<blockquote><cite>Some &lt;page&gt;</cite>x</blockquote>",
        ),
        ("[code][b]x[/b] <y>[/code]", "<pre><code>[b]x[/b] &lt;y&gt;</code></pre>"),
        ("[code=py]\nx\n[/code]", '<pre><code class="language-py">x</code></pre>'),
        ("[pre]a  b\n c[/pre]", "<pre>a  b\n c</pre>"),
        ("[spoiler]x[/spoiler]", "<details><summary>Spoiler</summary>x</details>"),
        ("[hide=The end]x[/hide]", "<details><summary>The end</summary>x</details>"),
        ("[list][*]a\n[*]b[/list]", "<ul><li>a</li><li>b</li></ul>"),
        ("[list=1]\n[*]a\n[/list]", "<ol><li>a</li></ol>"),
        ("[ul][li]a[/li][/ul][ol][li]b[/li][/ol]", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        (
            "[list][*]a[list][*]b[/list][*]c[/list]",
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        ),
        ("[center]x[/center]", '<div data-align="center">x</div>'),
        ("[align=right]x[/align]", '<div data-align="right">x</div>'),
        ("a\n[hr]\nb", "a<br><hr>b"),
        (
            "[table]\n[tr]\n[th]a[/th] [td]b[/td]\n[/tr]\n[/table]",
            "<table><tr><th>a</th><td>b</td></tr></table>",
        ),
        ("[user]bob[/user]", '<span class="mention" data-username="bob">@bob</span>'),
        ("(see http://a.b/c.)", '(see <a href="http://a.b/c">http://a.b/c</a>.)'),
        ("http://a.b/c_(d)", '<a href="http://a.b/c_(d)">http://a.b/c_(d)</a>'),
        ("a\nb", "a<br>b"),
        ("[quote]\nx\n[/quote]\ny", "<blockquote>x</blockquote>y"),
        ("[h1]A [b]x[/b][/h1]\ny", "<h1>A <strong>x</strong></h1>y"),
        ("[H6]x[/h6]", "<h6>x</h6>"),
    ],
)
class TestTags:
    def test_become(self, source: str, expected: str) -> None:
        assert html(source) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("H[sub]2[/sub]O [color=red]re[/color]d", "H2O red"),
        ("[quote=alice]a[/quote]b[hr]c", "a b c"),
        ("[list=1][*]a[*]b[/list][code=py]x[1][/code]", "a b x[1]"),
        ("[url=https://a.b/c]see[/url] [user]bob[/user]", "see bob"),
        ("[foo] [b1] [quote", "[foo] [b1] [quote"),
    ],
)
def test_what_is_looked_for_has_no_tags(source: str, words: str) -> None:
    assert searchable(source).split() == words.split()


class TestWhatMeansNothing:
    @pytest.mark.parametrize(
        "source",
        [
            "[youtube]abc[/youtube]",
            "[b]x",
            "x[/b]",
            "[b=1]x[/b]",
            "[color=1]x[/color]",
            "[color]x[/color]",
            "[size=11]x[/size]",
            "[align=up]x[/align]",
            "[url=x]y[/url]",
            "[url]x[/url]",
            "[img]ftp://a.b[/img]",
            "[user]not a name[/user]",
            "[code]x",
            "[*]x[li]y[tr]z[td]",
            "[/quote][/list][/table]",
            "[h7]x[/h7]",
            "[h1=2]x[/h1]",
            "[b1]x[/b1]",
            "a[i] = b[j]",
            "[[b]",
            "[]",
            "[/]",
        ],
    )
    def test_stays_text(self, source: str) -> None:
        assert html(source) == source

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("[b][i]x[/b]y[/i]", "<strong>[i]x</strong>y[/i]"),
            ("[quote][b]x[/quote]y[/b]", "<blockquote>[b]x</blockquote>y[/b]"),
            ("[b][quote]x[/b]y[/quote]z[/b]", "<strong><blockquote>x[/b]y</blockquote>z</strong>"),
            ("[quote]x", "<blockquote>x</blockquote>"),
            ("[h1][h2]x[/h2][/h1]", "<h1>[h2]x[/h2]</h1>"),
            ("[list][*]x", "<ul><li>x</li></ul>"),
            ("[list]x[/list]", "<ul><li>x</li></ul>"),
            ("[table]x[/table]", "<table><tr><td>x</td></tr></table>"),
            (
                "[list][*][quote]a[*]b[/quote][/list]",
                "<ul><li><blockquote>a[*]b</blockquote></li></ul>",
            ),
            (
                "[url=http://a.b]c[url=http://d.e]f[/url][/url]",
                '<a href="http://a.b">c[url=http://d.e]f</a>[/url]',
            ),
        ],
    )
    def test_misnested(self, source: str, expected: str) -> None:
        assert html(source) == expected

    def test_too_deep(self) -> None:
        judge = judged(sanitise(html("[quote]" * 60 + "x" + "[/quote]" * 60)))
        assert judge.deepest == DEPTH
        assert judge.text == "[quote]" * 10 + "x" + "[/quote]" * 10
