"""Writing, showing, finding, editing and deleting entries."""

from __future__ import annotations

from typing import Any

import pytest

from news.examples import get_json, say, titles, write
from news.models import BLOG
from pulsar.testing.client import Client


class TestCreate:
    def test_answer(self, reporter: Client, member: Client) -> None:
        body = {
            "kind": "news",
            "title": " Title ",
            "contents": "**Bold** <script>alert(1)</script>",
            "format": "markdown",
        }
        answer = reporter.post("/news", body, status=201)
        entry = answer.json["response"]
        assert answer.headers["Location"].endswith(f"/news/{entry['id']}")
        assert entry["title"] == "Title"
        assert entry["author"]["username"] == "reporter"
        assert "<strong>Bold</strong>" in entry["contents_html"]
        assert "<script" not in entry["contents_html"]
        assert (entry["pinned"], entry["comments_open"], entry["comment_count"]) == (False, True, 0)
        seen = get_json(member, f"/news/{entry['id']}")
        assert {**seen, "unread": False} == entry
        assert "deleted" not in seen

    def test_all_errors_at_once(self, reporter: Client) -> None:
        body = {"kind": "x", "title": " ", "contents": "x" * 100_001, "format": "x", "more": 1}
        errors = reporter.post("/news", body, status=400).json["errors"]
        assert errors.keys() == {"kind", "title", "contents", "format", "more"}

    def test_longest(self, reporter: Client) -> None:
        entry = write(reporter, "x" * 150, contents="x" * 100_000)
        assert len(entry["contents"]) == 100_000


class TestList:
    def test_order(self, reporter: Client, member: Client, clock: Any) -> None:
        for title, pinned in (("Old", False), ("Pinned", True), ("New", False)):
            write(reporter, title, pinned=pinned)
            clock.shift(1)
        assert titles(member) == ["Pinned", "New", "Old"]

    def test_filters(self, reporter: Client, blogger: Client, member: Client) -> None:
        write(reporter, "Pinned", pinned=True)
        write(reporter, "News")
        write(blogger, "Blog", BLOG)
        assert titles(member, "?kind=blog") == ["Blog"]
        assert titles(member, "?kind=news&pinned=false") == ["News"]
        assert titles(member, "?pinned=true") == ["Pinned"]

    def test_pages(self, reporter: Client, member: Client) -> None:
        for number in range(3):
            write(reporter, f"Title {number}")
        for page, length in ((1, 2), (2, 1), (3, 0)):
            answer = member.get(f"/news?limit=2&page={page}", status=200)
            listed = answer.json["response"]
            assert len(listed["items"]) == length
            assert (listed["total"], listed["pages"], listed["page"]) == (3, 2, page)
            assert 'rel="first"' in answer.headers["Link"]

    def test_search(self, reporter: Client, moderator: Client, member: Client) -> None:
        expected = write(reporter, "Zeppelin", contents="About airships.")
        write(reporter, "Something else")
        assert titles(member, "?q=zeppelin") == titles(member, "?q=airships") == ["Zeppelin"]
        path = f"/news/{expected['id']}"
        moderator.put(path, {"title": "Balloon"}, status=200)
        assert titles(member, "?q=zeppelin") == []
        assert titles(member, "?q=balloon") == ["Balloon"]
        moderator.delete(path, status=200)
        assert titles(member, "?q=balloon") == []
        moderator.post(f"{path}/restore", status=200)
        assert titles(member, "?q=balloon") == ["Balloon"]


class TestEdit:
    def test_what_changes(self, moderator: Client, path: str, entry: Any) -> None:
        change = {"comments_open": False, "pinned": True}
        edited = moderator.put(path, change, status=200).json["response"]
        assert (edited["comments_open"], edited["pinned"]) == (False, True)
        assert (edited["edited_time"], edited["editor"]) == (None, None)
        edited = moderator.put(path, {"contents": "New."}, status=200).json["response"]
        assert edited["contents_html"] != entry["contents_html"]
        assert edited["edited_time"]
        assert edited["editor"]["username"] == "moderator"

    def test_kind_stays(self, staff: Client, path: str) -> None:
        assert "kind" in staff.put(path, {"kind": "blog"}, status=400).json["errors"]


class TestDelete:
    def test_it_is_gone_for_members(self, moderator: Client, member: Client, path: str) -> None:
        comment = say(member, int(path.rpartition("/")[2]))
        answer = moderator.delete(path, status=200)
        assert answer.json["response"] == f"NewsEntry {comment['entry']['id']} has been deleted."
        assert titles(member) == titles(member, "?include_dead=1") == []
        assert get_json(member, "/news")["total"] == 0
        for place in ("", "/comments", f"/comments/{comment['id']}"):
            member.get(f"{path}{place}", status=404)
        member.post(f"{path}/comments", {"contents": "x"}, status=404)
        member.put("/news/seen", {"id": comment["entry"]["id"]}, status=400)
        assert "Published" not in member.get("/news/feed", status=200).text

    def test_moderators_see_it(self, moderator: Client, path: str) -> None:
        moderator.delete(path, status=200)
        assert get_json(moderator, path)["deleted"] is True
        assert titles(moderator) == []
        assert titles(moderator, "?include_dead=true") == ["Published"]
        moderator.post(f"{path}/restore", status=200)
        assert titles(moderator) == ["Published"]

    def test_twice(self, moderator: Client, path: str) -> None:
        for _ in range(2):
            moderator.delete(path, status=200)
        for _ in range(2):
            assert moderator.post(f"{path}/restore", status=200).json["response"]["id"]

    def test_authors_see_their_own(self, blogger: Client, moderator: Client, own: Any) -> None:
        moderator.delete(f"/news/{own['id']}", status=200)
        assert titles(blogger, "?include_dead=true") == ["Own"]
        assert titles(blogger) == []


class TestSiteLog:
    @pytest.fixture
    def logged(self, staff: Client) -> Any:
        """``logged()``: the entries of the site log, oldest first."""

        def read() -> list[Any]:
            items = staff.get("/site_log", status=200).json["response"]["items"]
            return [item for item in reversed(items) if item["action"].startswith("news")]

        return read

    def test_what_is_done_to_others(self, moderator: Client, path: str, logged: Any) -> None:
        moderator.put(path, {"title": "Better", "pinned": False}, status=200)
        moderator.delete(path, status=200)
        moderator.post(f"{path}/restore", status=200)
        entries = logged()
        assert [entry["action"] for entry in entries] == [
            "news_edited",
            "news_deleted",
            "news_restored",
        ]
        assert (entries[0]["before"], entries[0]["after"]) == (
            {"title": "Published"},
            {"title": "Better"},
        )

    def test_not_what_is_done_to_one_s_own(self, blogger: Client, own: Any, logged: Any) -> None:
        path = f"/news/{own['id']}"
        blogger.put(path, {"title": "Better"}, status=200)
        blogger.delete(path, status=200)
        assert logged() == []

    def test_comments(
        self, moderator: Client, member: Client, entry: Any, path: str, logged: Any
    ) -> None:
        comment = f"{path}/comments/{say(member, entry['id'])['id']}"
        member.put(comment, {"contents": "Mine."}, status=200)
        moderator.put(comment, {"contents": "Ours."}, status=200)
        moderator.delete(comment, status=200)
        moderator.post(f"{comment}/restore", status=200)
        entries = logged()
        assert [entry["action"] for entry in entries] == [
            "news_comment_edited",
            "news_comment_deleted",
            "news_comment_restored",
        ]
        assert entries[0]["before"] == {"contents": "Mine."}
