"""Earlier versions of posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forums.examples import get_json
from pulsar.testing.client import Client


@pytest.fixture
def post_path(thread: Any) -> str:
    """The path of a post of ``member``."""
    return f"/forums/posts/{thread['last_post']['id']}"


@pytest.fixture
def edit(post_path: str) -> Callable[[Client, str], None]:
    """``edit(client, text)``: change the contents of the post."""
    return lambda client, text: client.put(post_path, {"contents": text}, status=200)


class TestHistory:
    def test_old_contents_and_who_wrote_them(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
    ) -> None:
        edit(moderator, "By the moderator.")
        edit(member, "By the author.")
        history = get_json(moderator, post_path)["edit_history"]
        assert [(item["contents"], item["editor"]["username"]) for item in history] == [
            ("By the moderator.", "moderator"),
            ("First post.", "member"),
        ]
        # A version ends at the time when the next one was written.
        assert history[0]["time"] == get_json(moderator, post_path)["edited_time"]

    def test_format(self, member: Client, moderator: Client, post_path: str) -> None:
        before = get_json(member, post_path)["format"]
        after = "markdown" if before == "bbcode" else "bbcode"
        member.put(post_path, {"format": after}, status=200)
        response = get_json(moderator, post_path)
        assert (response["format"], response["edit_history"][0]["format"]) == (after, before)

    def test_is_for_moderators(
        self, member: Client, post_path: str, edit: Callable[[Client, str], None]
    ) -> None:
        edit(member, "Edited.")
        assert "edit_history" not in get_json(member, post_path)
        member.get(f"{post_path}/edits", status=403)


class TestDifferences:
    def test_none(self, moderator: Client, post_path: str) -> None:
        assert get_json(moderator, f"{post_path}/edits")["items"] == []

    def test_newest_first(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
    ) -> None:
        edit(member, "one\ntwo")
        edit(member, "one\nthree")
        items = get_json(moderator, f"{post_path}/edits")["items"]
        assert [item["diff"]["text"].splitlines()[1:] for item in items] == [
            [" one", "-two", "+three"],
            ["-First post.", "+one", "+two"],
        ]
        assert [item["edit"]["contents"] for item in items] == ["one\ntwo", "First post."]

    def test_many(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
    ) -> None:
        for number in range(52):
            edit(member, f"Version {number}")
        items = get_json(moderator, f"{post_path}/edits")["items"]
        assert len(items) == 50
        assert items[0]["diff"]["text"].splitlines()[1:] == ["-Version 50", "+Version 51"]


class TestLongEdits:
    def test_differences_go_on_with_after(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for letter in "abcdef":
            edit(member, letter * 10_000)
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 110_000)
        seen: list[str] = []
        query, sizes = "", []
        while True:
            answer = moderator.get(f"{post_path}/edits{query}", status=200)
            response = answer.json["response"]
            sizes.append(len(response["items"]))
            for item in response["items"]:
                signs = [line["text"][:1] for line in item["diff"]["lines"]]
                seen.append(f"{item['edit']['contents'][:1]} {'>'.join(signs)}")
            if response["after"] is None:
                break
            assert len(answer.body) < 111_000
            query = f"?after={response['after']}"
            assert query[1:] in answer.headers["Link"]
        assert seen == ["e e>f", "d d>e", "c c>d", "b b>c", "a a>b", "F F>a"]
        assert sizes == [2, 2, 2]

    def test_a_limit(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
    ) -> None:
        for letter in "abcd":
            edit(member, letter)
        first = get_json(moderator, f"{post_path}/edits?limit=2")
        assert [item["edit"]["contents"] for item in first["items"]] == ["c", "b"]
        rest = get_json(moderator, f"{post_path}/edits?limit=2&after={first['after']}")
        assert [item["edit"]["contents"] for item in rest["items"]] == ["a", "First post."]
        assert rest["items"][0]["diff"]["text"].splitlines()[1:] == ["-a", "+b"]
        assert rest["after"] is None

    def test_history_that_is_longer_than_an_answer(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for letter in "abcdef":
            edit(member, letter * 10_000)
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 15_000)
        history = get_json(moderator, post_path)["edit_history"]
        assert [old["contents"][:1] for old in history] == ["e", "d"]

    def test_work_ends_a_part(
        self,
        member: Client,
        moderator: Client,
        post_path: str,
        edit: Callable[[Client, str], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for number in range(4):
            edit(member, "\n".join(str(line ^ number) for line in range(400)))
        monkeypatch.setattr("forums.edits.MAX_WORK", 1)
        edits = get_json(moderator, f"{post_path}/edits")
        assert len(edits["items"]) == 1
        assert edits["after"] == edits["items"][0]["edit"]["id"]
