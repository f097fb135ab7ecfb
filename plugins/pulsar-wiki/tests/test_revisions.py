"""Listing, showing, comparing and restoring revisions."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client


@pytest.fixture
def path(write: Any, edit: Any) -> str:
    """The path of the three revisions of an article."""
    article = write("Thumbs", "one\ntwo")
    edit(article["id"], contents="one\n2", summary="Digits.")
    edit(article["id"], title="Digits", contents="1\n2")
    return f"/wiki/articles/{article['id']}/revisions"


class TestList:
    def test_newest_first(self, member: Client, path: str) -> None:
        items = member.get(path, status=200).json["response"]["items"]
        revisions = [(item["revision"], item["title"], item["summary"]) for item in items]
        assert revisions == [(3, "Digits", ""), (2, "Thumbs", "Digits."), (1, "Thumbs", "")]
        assert items[0]["editor"]["username"] == "writer"
        assert items[0].keys().isdisjoint({"contents", "contents_html"})

    def test_parts(self, member: Client, path: str) -> None:
        first = member.get(f"{path}?limit=2", status=200)
        assert first.json["response"]["after"] == 2
        rest = member.get(f"{path}?limit=2&after=2", status=200).json["response"]
        assert ([item["revision"] for item in rest["items"]], rest["after"]) == ([1], None)


class TestShow:
    def test_an_old_one(self, member: Client, path: str) -> None:
        response = member.get(f"{path}/2", status=200).json["response"]
        assert (response["title"], response["contents"], response["revision"]) == (
            "Thumbs",
            "one\n2",
            2,
        )
        assert response["contents_html"] == "one<br>2"

    @pytest.mark.parametrize("number", ["4", "0", "01", "x", "9" * 18, "9" * 30])
    def test_missing(self, member: Client, path: str, number: str) -> None:
        for end in ("", "/diff"):
            member.get(f"{path}/{number}{end}", status=404)


class TestDiff:
    def test_the_one_before(self, member: Client, path: str) -> None:
        response = member.get(f"{path}/2/diff", status=200).json["response"]
        assert response == {
            "before": {"revision": 1, "title": "Thumbs"},
            "after": {"revision": 2, "title": "Thumbs"},
            "text": "--- 1 Thumbs\n+++ 2 Thumbs\n@@ -1,2 +1,2 @@\n one\n-two\n+2",
            "lines": [
                {"kind": "same", "before": 1, "after": 1, "text": "one"},
                {"kind": "removed", "before": 2, "after": None, "text": "two"},
                {"kind": "added", "before": None, "after": 2, "text": "2"},
            ],
            "truncated": False,
        }

    def test_the_first(self, member: Client, path: str) -> None:
        response = member.get(f"{path}/1/diff", status=200).json["response"]
        assert [line["kind"] for line in response["lines"]] == ["added", "added"]
        assert response["before"] == {"revision": 0, "title": ""}

    def test_against(self, member: Client, path: str) -> None:
        response = member.get(f"{path}/1/diff?against=3", status=200).json["response"]
        assert response["text"].splitlines()[:2] == ["--- 3 Digits", "+++ 1 Thumbs"]
        assert member.get(f"{path}/3/diff?against=3").json["response"]["lines"] == []
        assert member.get(f"{path}/3/diff?against=0").json["response"]["text"].endswith("+1\n+2")
        member.get(f"{path}/3/diff?against=4", status=404)


class TestRollback:
    def test_it_is_a_new_revision(self, writer: Client, path: str) -> None:
        response = writer.post(f"{path}/1/rollback", status=200).json["response"]
        assert (response["title"], response["contents"]) == ("Thumbs", "one\ntwo")
        assert response["latest_revision"] == 4
        newest = writer.get(path).json["response"]["items"][0]
        assert (newest["summary"], newest["revision"]) == ("Back to revision 1.", 4)

    def test_with_the_latest_known_one(self, writer: Client, path: str) -> None:
        answer = writer.post(f"{path}/1/rollback", {"revision": 2}, status=409)
        assert answer.json["latest_revision"] == 3
        body = {"revision": 3, "summary": "Words again."}
        writer.post(f"{path}/1/rollback", body, status=200)
        assert writer.get(path).json["response"]["items"][0]["summary"] == "Words again."

    def test_to_what_it_is(self, writer: Client, path: str) -> None:
        response = writer.post(f"{path}/3/rollback", status=200).json["response"]
        assert response["latest_revision"] == 3

    def test_to_nothing(self, writer: Client, path: str) -> None:
        writer.post(f"{path}/4/rollback", status=404)

    def test_of_others_edits_the_log_tells(
        self, writer: Client, join: Any, path: str, staff: Client
    ) -> None:
        writer.post(f"{path}/2/rollback", status=200)
        assert staff.get("/site_log").json["response"]["items"] == []
        join("other", "wiki_edit_article").post(f"{path}/1/rollback", status=200)
        (entry,) = staff.get("/site_log").json["response"]["items"]
        assert entry["action"] == "wiki_rolled_back"
        assert (entry["before"], entry["after"]) == ({"revision": 4}, {"revision": 1})


class TestRecent:
    def test_of_all_articles(self, member: Client, path: str, write: Any) -> None:
        write("Later")
        items = member.get("/wiki/recent", status=200).json["response"]["items"]
        titles = [(item["title"], item["revision"]) for item in items]
        assert titles == [
            ("Later", 1),
            ("Digits", 3),
            ("Thumbs", 2),
            ("Thumbs", 1),
            ("Welcome", 1),
        ]
        assert items[1]["article_id"] == int(path.split("/")[3])
        assert (items[1]["language"], items[1]["editor"]["username"]) == ("English", "writer")

    def test_parts(self, member: Client, path: str) -> None:
        seen, after = [], ""
        while after is not None:
            response = member.get(f"/wiki/recent?limit=2{after}", status=200).json["response"]
            seen += [item["revision"] for item in response["items"]]
            after = f"&after={response['after']}" if response["after"] else None
        assert seen == [3, 2, 1, 1]

    def test_deleted(self, member: Client, moderator: Client, path: str) -> None:
        moderator.delete(path.removesuffix("/revisions"), status=200)
        for client in (member, moderator):
            items = client.get("/wiki/recent", status=200).json["response"]["items"]
            assert [item["title"] for item in items] == ["Welcome"]
