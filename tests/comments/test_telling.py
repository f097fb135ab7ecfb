"""Notifications of comments, at most one for each member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulsar.testing.client import Client

Say = Callable[..., Any]


def told(client: Client, kind: str = "things_mentioned") -> list[dict[str, Any]]:
    """Return the caller's notifications of the type."""
    items = client.get(f"/notifications/{kind}", status=200).json["response"]["items"]
    return [item["contents"] for item in items]


def counts(client: Client) -> tuple[int, int]:
    """Return the numbers of mentions, and of other comments that concern the caller."""
    return len(told(client)), len(told(client, "things_commented"))


class TestReferred:
    @pytest.mark.parametrize(
        ("text", "format"),
        [
            ("@Bob, look!", "markdown"),
            ("[quote=bob]Yes.[/quote] No.", "bbcode"),
            ("[quote=bob]Yes.[/quote] [user]bob[/user]", "bbcode"),
        ],
    )
    def test_mentioned_and_quoted(
        self, ann: Client, bob: Client, thing: Any, say: Say, text: str, format: str
    ) -> None:
        comment = say(ann, text, format=format)
        expected = {
            "title": "A thing",
            "thing_id": thing.id,
            "comment_id": comment["id"],
            "from": "ann",
        }
        assert told(bob) == [expected]
        assert told(ann) == []

    def test_not_oneself_and_nobody(self, ann: Client, say: Say) -> None:
        say(ann, "@ann @nobody.there", format="markdown")
        assert told(ann) == []

    def test_who_may_not_read(self, ann: Client, join: Callable[..., Client], say: Say) -> None:
        blind = join("blind", grants=("things_comment",))
        say(ann, "@blind", format="markdown")
        assert told(blind) == []

    def test_what_is_deleted_or_hidden(
        self, ann: Client, bob: Client, path: str, say: Say, change: Callable[..., None]
    ) -> None:
        place = f"{path}/{say(ann, '@bob', format='markdown')['id']}"
        ann.delete(place, status=200)
        assert told(bob) == []
        ann.post(f"{place}/restore", status=200)
        assert len(told(bob)) == 1
        change(hidden=True)
        assert told(bob) == []
        say(ann, "@bob", format="markdown")
        change(hidden=False)
        assert len(told(bob)) == 1


class TestEdits:
    def test_each_once(
        self, ann: Client, bob: Client, join: Callable[..., Client], path: str, say: Say
    ) -> None:
        cid = join("cid")
        place = f"{path}/{say(ann, '@bob', format='markdown')['id']}"
        for text in ("@bob @cid", "@bob @cid!", "Nobody.", "@cid"):
            ann.put(place, {"contents": text}, status=200)
        assert (len(told(bob)), len(told(cid))) == (1, 1)

    def test_who_was_told_otherwise(self, ann: Client, owner: Client, path: str, say: Say) -> None:
        place = f"{path}/{say(ann, 'Hello.', format='markdown')['id']}"
        ann.put(place, {"contents": "Hello, @owner."}, status=200)
        assert counts(owner) == (0, 1)


class TestConcerned:
    def test_told(self, ann: Client, owner: Client, say: Say) -> None:
        say(ann)
        assert counts(owner) == (0, 1)

    def test_mentioned_too(self, ann: Client, owner: Client, say: Say) -> None:
        say(ann, "@owner", format="markdown")
        assert counts(owner) == (1, 0)

    def test_who_does_not_want_to_be_told_of_mentions(
        self, ann: Client, owner: Client, say: Say
    ) -> None:
        choice = {"type": "things_mentioned", "channel": "site", "wanted": False}
        owner.put("/notifications/choices", {"choices": [choice]}, status=200)
        say(ann, "@owner", format="markdown")
        assert counts(owner) == (0, 1)

    def test_their_own(self, owner: Client, say: Say) -> None:
        say(owner)
        assert counts(owner) == (0, 0)

    def test_sql(
        self,
        ann: Client,
        join: Callable[..., Client],
        say: Say,
        count_sql: Any,
    ) -> None:
        """The number of statements does not depend on the recipients."""
        names = [f"called{number}" for number in range(6)]
        for name in names:
            join(name)
        say(ann, "The first call writes more.")
        counts = []
        for number in (1, 6):
            text = " ".join(f"@{name}" for name in names[:number])
            with count_sql() as statements:
                say(ann, text, format="markdown")
            counts.append(len(statements))
        assert counts[0] == counts[1]
