"""The HTML of posts and topics, also of hostile ones."""

from __future__ import annotations

from typing import Any

import pytest

from forums.examples import get_json, make_thread, post
from pulsar.testing.client import Client

PATH = "/forums/posts"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[url=javascript:alert(1)]x[/url]",
    "[x](javascript:alert(1))",
    "[img]javascript:alert(1)[/img]",
    '[quote="><svg onload=alert(1)>]x[/quote]',
    "[user]<b onclick=alert(1)>[/user]",
    "[color=red;background:url(javascript:alert(1))]x[/color]",
    '![x](data:text/html;base64,PHNjcmlwdD4= "onload=alert(1)")',
    "[b]" * 500,
)
#: Markup that sanitised HTML never contains.
MARKUP = ("<script", "<svg", "<img src=x", "onerror=alert(1)>", "<b onclick", 'href="javascript')


def html(client: Client, thread: Any, contents: str, format: str) -> str:
    """Write a post and return its HTML."""
    new_post = post(client, PATH, thread_id=thread["id"], contents=contents, format=format)
    assert new_post["contents"].endswith(contents)
    assert get_json(client, f"{PATH}/{new_post['id']}") == new_post
    contents_html: str = new_post["contents_html"]
    return contents_html


class TestFormats:
    @pytest.mark.parametrize(
        ("format", "contents", "expected"),
        [
            ("markdown", "**bold**", "<strong>bold</strong>"),
            ("bbcode", "[b]bold[/b]", "<strong>bold</strong>"),
            ("bbcode", "[code]a < b[/code]", "a &lt; b"),
            ("markdown", "`a < b`", "<code>a &lt; b</code>"),
        ],
    )
    def test_html(
        self, other: Client, thread: Any, format: str, contents: str, expected: str
    ) -> None:
        assert expected in html(other, thread, contents, format)

    @pytest.mark.parametrize("format", ["markdown", "bbcode"])
    @pytest.mark.parametrize(
        "contents",
        ["[quote=member]Text.[/quote]", "[spoiler]Text.[/spoiler]", "[user]member[/user]"],
    )
    def test_tags(self, other: Client, thread: Any, format: str, contents: str) -> None:
        markup = html(other, thread, contents, format)
        assert "[" not in markup
        assert "Text." in markup or "member" in markup

    def test_unknown(self, other: Client, thread: Any) -> None:
        body = {"thread_id": thread["id"], "contents": "x", "format": "html"}
        assert set(other.post(PATH, body, status=400).json["errors"]) == {"format"}


class TestSanitised:
    @pytest.mark.parametrize("format", ["markdown", "bbcode"])
    @pytest.mark.parametrize("contents", HOSTILE)
    def test_posts(self, other: Client, thread: Any, format: str, contents: str) -> None:
        markup = html(other, thread, contents, format).lower()
        assert not [item for item in MARKUP if item in markup]

    def test_topics_are_kept_as_they_are(self, member: Client, forum_id: int) -> None:
        for topic in (item for item in HOSTILE if len(item) <= 150):
            thread = make_thread(member, forum_id, topic)
            assert thread["topic"] == topic
            answer = member.get(f"/forums/threads/{thread['id']}", status=200)
            assert answer.json["response"]["topic"] == topic
            assert answer.content_type == "application/json"


class TestEdited:
    def test_is_shown_anew(self, other: Client, thread: Any, path: str) -> None:
        new_post = post(other, PATH, thread_id=thread["id"], contents="**a**", format="markdown")
        assert "<strong>" in get_json(other, path)["posts"]["items"][1]["contents_html"]
        other.put(f"{PATH}/{new_post['id']}", {"format": "bbcode"}, status=200)
        assert "**a**" in get_json(other, path)["posts"]["items"][1]["contents_html"]
