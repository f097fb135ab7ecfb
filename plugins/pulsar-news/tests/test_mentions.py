"""Notifications of comments."""

from __future__ import annotations

from typing import Any

import pytest

from news.examples import get_json, say
from pulsar.testing.client import Client


def told(client: Client) -> list[dict[str, Any]]:
    """The contents of the caller's notifications."""
    items = get_json(client, "/notifications/news_mentioned")["items"]
    return [item["contents"] for item in items]


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "format"),
        [
            ("@Other, look!", "markdown"),
            ("[quote=other]Yes.[/quote] No.", "bbcode"),
            ("[quote=other]Yes.[/quote] [user]other[/user]", "bbcode"),
        ],
    )
    def test_mentioned_and_quoted(
        self, member: Client, other: Client, entry: Any, text: str, format: str
    ) -> None:
        comment = say(member, entry["id"], text, format=format)
        expected = {"news_id": entry["id"], "comment_id": comment["id"], "from": "member"}
        assert told(other) == [expected]
        assert told(member) == []

    def test_edits(self, member: Client, other: Client, staff: Client, entry: Any) -> None:
        comment = say(member, entry["id"], "@other", format="markdown")
        place = f"/news/{entry['id']}/comments/{comment['id']}"
        member.put(place, {"contents": "@other @staff"}, status=200)
        member.put(place, {"contents": "@other @staff!"}, status=200)
        assert (len(told(other)), len(told(staff))) == (1, 1)

    def test_not_oneself_and_nobody(self, member: Client, entry: Any) -> None:
        say(member, entry["id"], "@member @nobody.there", format="markdown")
        assert told(member) == []

    def test_who_may_not_read_news(self, member: Client, join: Any, entry: Any) -> None:
        blind = join("blind", denials=("news_view",))
        say(member, entry["id"], "@blind", format="markdown")
        assert told(blind) == []

    def test_what_is_deleted(
        self, member: Client, other: Client, moderator: Client, entry: Any, path: str
    ) -> None:
        comment = say(member, entry["id"], "@other", format="markdown")
        place = f"{path}/comments/{comment['id']}"
        for thing in (place, path):
            moderator.delete(thing, status=200)
            assert told(other) == []
            moderator.post(f"{thing}/restore", status=200)
            assert len(told(other)) == 1
