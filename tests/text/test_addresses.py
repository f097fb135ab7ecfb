"""URLs in texts are linked as a whole or not at all, in every form of both formats."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from pulsar.text.addresses import MAX_ADDRESS, host_of

from .judge import judged

#: URLs that are linked unchanged in every form of BBCode and of Markdown.
LINKED = [
    "https://en.example.org/wiki/Schindler's_List",
    "https://en.example.org/wiki/Schindler's_List_(film)",
    "https://en.example.org/wiki/Rock_'n'_Roll",
    "http://a.b",
    "http://a.b/",
    "HTTP://A.B/C",
    "https://a.b:8080/c",
    "http://a.b:/c",
    "http://localhost/c",
    "http://localhost:6543",
    "http://user@a.b/c",
    "http://user:word@a.b:80/c",
    "http://127.0.0.1/c",
    "http://192.0.2.4:8080/c?d",
    "http://[2001:db8::1]",
    "http://[2001:db8::1]/c",
    "http://[2001:db8::1]:8080/c?d=e#f",
    "http://[::ffff:192.0.2.4]/",
    "http://user@[::1]/c",
    "http://m\u00fcnchen.example/c",
    "http://\u65e5\u672c.example/\u6771\u4eac",
    "http://xn--mnchen-3ya.example/c",
    "http://a.b/\u00fcber",
    "http://a.b/%C3%BCber%20c",
    "http://a.b/c.html",
    "http://a.b/c_d-e~f.g",
    "http://a.b/c_",
    "http://a.b/c!d$e&f'g(h)i*j+k,l;m=n:o@p",
    "http://a.b/c;v=1.1/d",
    "http://a.b/c,d",
    "http://a.b/c:d",
    "http://a.b/@name",
    "http://a.b/~name/",
    "http://a.b/c//d/../e",
    "http://a.b/(c)",
    "http://a.b/c_(d)_(e)",
    "http://a.b/c((d))",
    "http://a.b/c(d)?e=(f)#g(h)",
    "http://a.b/c?d=e&f=g",
    "http://a.b?c=d",
    "http://a.b#c",
    "http://a.b/c?d",
    "http://a.b/c#d/e?f",
    "http://a.b/#!/c/d",
    "http://a.b/c?d=it's",
    "http://a.b/c?d=e+f%20g",
    "http://a.b/c?d=http://e.f/g",
    "http://a.b/c?d=e/f:g@h",
    "http://a.b/c?d=1,2;3",
    "http://a.b/c?d[]=1&d[]=2",
    "http://a.b/c?d[e]=1",
    "http://a.b/c?d[0][e]=1#f",
    "http://a.b/c?d=%5B1%5D",
    "http://a_b.example/c",
    "http://a-b.example/c",
    "http://a.example./c",
    "http://1.example/c",
    "http://a.b/c*d*",
    "http://a.b/c=",
    "http://a.b/c&",
    "http://a.b/c%",
    "http://a.b/-",
    "http://a.b/\U0001f3ac",
    "http://a.b/c|d{e}^f",
    "https://a.b/" + "c" * (MAX_ADDRESS - 12),
]
#: Texts that look like a URL, but cannot be followed.
NOT_LINKED = [
    "http://",
    "https://",
    "http:///c",
    "http://?c",
    "http://#c",
    "http://:80/c",
    "http://a.b:65536/c",
    "http://a.b:port/c",
    "http://[::1/c",
    "http://[]/c",
    "http://[:::::]/c",
    "http://[2001:db8::g]/c",
    "http://[fe80::1%25eth0]/c",
    "http://1.2.3.999/c",
    "http://a^b/c",
    "http://a|b/c",
    "http://xn--a/c",
    "http:/a.b",
    "http:a.b",
    "ftp://a.b/c",
    "javascript:alert(1)",
    "//a.b/c",
    "a.b/c",
    "https://a.b/" + "c" * (MAX_ADDRESS - 11),
]
#: Running text, and the only URL that is linked in it.
IN_PROSE = [
    ("See https://a.b/c.", "https://a.b/c"),
    ("See https://a.b/c, or not", "https://a.b/c"),
    ("https://a.b/c: that", "https://a.b/c"),
    ("https://a.b/c; that", "https://a.b/c"),
    ("https://a.b/c?", "https://a.b/c"),
    ("https://a.b/c?!", "https://a.b/c"),
    ("https://a.b/c...", "https://a.b/c"),
    ("https://a.b/c\u2026", "https://a.b/c"),
    ("\u6771\u4eac https://a.b/c\u3002", "https://a.b/c"),
    ("(https://a.b/c)", "https://a.b/c"),
    ("(see https://a.b/c.)", "https://a.b/c"),
    ("(https://a.b/c_(d))", "https://a.b/c_(d)"),
    ("(https://a.b/c_(d)).", "https://a.b/c_(d)"),
    ("'https://a.b/c'", "https://a.b/c"),
    ("'https://a.b/it's'.", "https://a.b/it's"),
    ('"https://a.b/c"', "https://a.b/c"),
    ("\u201chttps://a.b/c\u201d", "https://a.b/c"),
    ("<https://a.b/c>", "https://a.b/c"),
    ("`https://a.b/c`", "https://a.b/c"),
    ("[b]https://a.b/c[/b]", "https://a.b/c"),
    ("[quote]https://a.b/c?d=e[/quote]", "https://a.b/c?d=e"),
    ("https://a.b/c[b]d[/b]", "https://a.b/c"),
    ("https://a.b/c?d[b]e[/b]", "https://a.b/c?d"),
    ("https://a.b/c[1]", "https://a.b/c"),
    ("https://a.b/c\u202etxt", "https://a.b/c"),
    ("https://a.b/c\u00a0d", "https://a.b/c"),
    ("https://a.b/c\u200bd", "https://a.b/c"),
]
#: Links in BBCode, and the displayed text.
BBCODE_LINKS = {
    "{}": "{}",
    "see {} now": "see {} now",
    "[url]{}[/url]": "{}",
    "[url={}]x[/url]": "x",
    '[url="{}"]x[/url]': "x",
}
BBCODE_IMAGES = ["[img]{}[/img]", "[img={}]", "[IMG] {} [/IMG]"]
MARKDOWN_LINKS = ["<{}>", "[x](<{}>)", "[x][y]\n\n[y]: <{}>"]
MARKDOWN_IMAGES = ["![x](<{}>)", "![x][y]\n\n[y]: <{}>"]


def targets(html: str, attribute: str) -> list[str]:
    """Return the targets of the links or images in HTML."""
    judged(html)
    return [unescape(address) for address in re.findall(f' {attribute}="([^"]*)"', html)]


def canonical(address: str) -> tuple[str, str]:
    """Return the canonical form of a URL (RFC 3986, 6.2.2)."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    if not host.isascii():
        host = host.encode("idna").decode()
    rest = unquote(address.partition("//")[2][len(parts.netloc) :].replace("%25", "%"))
    return host.lower().rstrip(":"), quote(rest)


@pytest.mark.parametrize("address", LINKED)
class TestLinked:
    @pytest.mark.parametrize("form", BBCODE_LINKS)
    def test_bbcode(self, text: Any, form: str, address: str) -> None:
        html = text.html("bbcode", form.format(address))
        assert targets(html, "href") == [address]
        assert judged(html).text == BBCODE_LINKS[form].format(address)

    @pytest.mark.parametrize("form", BBCODE_IMAGES)
    def test_bbcode_image(self, text: Any, form: str, address: str) -> None:
        assert targets(text.html("bbcode", form.format(address)), "src") == [address]

    @pytest.mark.parametrize("form", MARKDOWN_LINKS)
    def test_markdown(self, text: Any, form: str, address: str) -> None:
        (target,) = targets(text.html("markdown", form.format(address)), "href")
        assert canonical(target) == canonical(address)

    @pytest.mark.parametrize("form", MARKDOWN_IMAGES)
    def test_markdown_image(self, text: Any, form: str, address: str) -> None:
        (target,) = targets(text.html("markdown", form.format(address)), "src")
        assert canonical(target) == canonical(address)

    def test_markdown_plain(self, text: Any, address: str) -> None:
        # CommonMark does not link URLs in running text.
        html = text.html("markdown", f"see {address} now")
        assert targets(html, "href") == []


@pytest.mark.parametrize("address", NOT_LINKED)
class TestNotLinked:
    @pytest.mark.parametrize("form", [*BBCODE_LINKS, *BBCODE_IMAGES])
    def test_bbcode(self, text: Any, form: str, address: str) -> None:
        html = text.html("bbcode", form.format(address))
        assert "<a" not in html
        assert "<img" not in html
        assert judged(html).text == form.format(address)

    @pytest.mark.parametrize("form", [*MARKDOWN_LINKS, *MARKDOWN_IMAGES, "[x]({})", "see {} now"])
    def test_markdown(self, text: Any, form: str, address: str) -> None:
        html = text.html("markdown", form.format(address))
        assert "<a" not in html
        assert "<img" not in html


@pytest.mark.parametrize(("source", "address"), IN_PROSE)
class TestInProse:
    def test_ends_where_the_address_does(self, text: Any, source: str, address: str) -> None:
        assert targets(text.html("bbcode", source), "href") == [address]


class TestBalanced:
    @pytest.mark.parametrize("address", ["http://a.b/c(d)", "http://a.b/c'd", "http://[::1]/c"])
    def test_markdown_without_angle_brackets(self, text: Any, address: str) -> None:
        assert targets(text.html("markdown", f"[x]({address})"), "href") == [address]
        assert targets(text.html("markdown", f"![x]({address})"), "src") == [address]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user@Images.Example.org:8080/c", "images.example.org"),
        ("http://[2001:DB8::1]/c", "[2001:db8::1]"),
        ("http://a.example./c", "a.example"),
        ("not an address", ""),
    ],
)
def test_host(address: str, host: str) -> None:
    assert host_of(address) == host
