"""Articles that only some classes may read or edit, and that responses do not reveal to others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.classes.models import UserClass
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

LOW, MIDDLE, HIGH = 10, 20, 30
WRITER = ("wiki_create_article", "wiki_edit_article", "wiki_delete_article")


@pytest.fixture
def middle(factory: Factory) -> UserClass:
    """The lowest class that may read or edit the article."""
    return factory.user_class("Middle", "wiki_view", rank=MIDDLE)


@pytest.fixture
def hidden(write: Any, moderator: Client, middle: UserClass, german: str) -> int:
    """An article for the middle class and those above, with links to it and from it."""
    write("Public", "See [[hidden]] and [[absent]].")
    article = write(
        "Hidden", "See [[public]].", moderator, read_class=middle.id, aliases=["secret"]
    )
    path = f"/wiki/articles/{article['id']}"
    body = {"title": "Verborgen", "contents": "Geheim.", "language": german}
    moderator.post(f"{path}/translations", body, status=201)
    moderator.post(f"{path}/watch", status=200)
    return int(article["id"])


def places(article_id: int) -> list[str]:
    """Return all paths that show the article."""
    path = f"/wiki/articles/{article_id}"
    ends = ("", "/links", "/translations", "/revisions", "/revisions/1", "/revisions/1/diff")
    aliases = ("/wiki/hidden", "/wiki/secret", "/wiki/verborgen")
    return [*(f"{path}{end}" for end in ends), f"{path}?language=German", *aliases]


class TestReading:
    def test_who_may(self, hidden: int, join: Any, staff: Client, moderator: Client) -> None:
        above, same = join("above", rank=HIGH), join("same", rank=MIDDLE)
        for client in (above, same, staff, moderator):
            for place in places(hidden):
                client.get(place, status=200)
            titles = [
                item["title"] for item in client.get("/wiki/articles").json["response"]["items"]
            ]
            assert titles == ["Hidden", "Public", "Welcome"]

    def test_who_may_not(self, hidden: int, join: Any, member: Client, writer: Client) -> None:
        for client in (join("below", *WRITER, rank=LOW), member, writer):
            for place in places(hidden):
                answer = client.get(place, status=404).json
                other = client.get(place.replace(str(hidden), "4711"), status=404).json
                assert answer["code"] == other["code"] == "not_found"
                assert "Hidden" not in answer["response"]

    def test_nor_change(self, hidden: int, join: Any) -> None:
        below = join("below", *WRITER, "wiki_view_deleted", rank=LOW)
        path = f"/wiki/articles/{hidden}"
        below.put(path, {"contents": "x", "revision": 1}, status=404)
        below.delete(path, status=404)
        below.post(f"{path}/restore", status=404)
        below.post(f"{path}/watch", status=404)
        below.delete(f"{path}/watch", status=404)
        below.post(f"{path}/aliases", {"alias": "mine"}, status=404)
        below.delete(f"{path}/aliases/secret", status=404)
        below.post(f"{path}/revisions/1/rollback", status=404)
        body = {"title": "x", "contents": "x", "language": "German"}
        below.post(f"{path}/translations", body, status=404)

    def test_lists_and_counts(self, hidden: int, member: Client) -> None:
        for query in ("", "?q=hidden", "?q=geheim", "?language=German", "?include_dead=1"):
            page = member.get(f"/wiki/articles{query}", status=200).json["response"]
            titles = [item["title"] for item in page["items"]]
            assert "Hidden" not in titles
            assert "Verborgen" not in titles
            assert page["total"] == len(titles)
        page = member.get("/wiki/recent", status=200).json["response"]["items"]
        assert [item["title"] for item in page] == ["Public", "Welcome"]

    def test_links(self, hidden: int, member: Client, moderator: Client) -> None:
        public = member.get("/wiki/public", status=200).json["response"]
        missing = '<span class="wiki-missing">hidden</span>'
        assert missing in public["contents_html"]
        assert missing.replace("hidden", "absent") in public["contents_html"]
        link = '<a class="wiki-link" href="/wiki/hidden">hidden</a>'
        assert link in moderator.get("/wiki/public").json["response"]["contents_html"]
        path = f"/wiki/articles/{public['id']}/links"
        assert member.get(path).json["response"]["total"] == 0
        assert moderator.get(path).json["response"]["total"] == 1
        seen = member.get(f"{path}?direction=from").json["response"]["items"]
        assert [(item["alias"], item["article_id"], item["title"]) for item in seen] == [
            ("absent", None, None),
            ("hidden", None, None),
        ]
        seen = moderator.get(f"{path}?direction=from").json["response"]["items"]
        assert [item["article_id"] for item in seen] == [None, hidden]

    def test_a_key_without_the_permission_is_bound(
        self, hidden: int, client: Client, factory: Factory
    ) -> None:
        user = factory.user(grants=("wiki_classes_modify",))
        client.as_key(factory.key(user)).get("/wiki/hidden", status=200)
        scoped = client.as_key(factory.key(user, "wiki_view"))
        scoped.get("/wiki/hidden", status=404)

    def test_it_becomes_public(self, hidden: int, member: Client, moderator: Client) -> None:
        moderator.put(f"/wiki/articles/{hidden}", {"read_class": None}, status=200)
        response = member.get("/wiki/hidden", status=200).json["response"]
        assert (response["read_class"], response["latest_revision"]) == (None, 1)

    def test_a_new_rank_counts_at_once(
        self, hidden: int, member: Client, middle: UserClass, db: Session
    ) -> None:
        member.get("/wiki/hidden", status=404)
        middle.rank = 0
        db.commit()
        member.get("/wiki/hidden", status=200)

    def test_a_removed_class_opens_nothing(
        self, hidden: int, member: Client, join: Any, staff: Client, middle: UserClass
    ) -> None:
        above = join("above", rank=HIGH)
        staff.delete(f"/user_classes/{middle.id}", status=200)
        for client in (member, above):
            client.get("/wiki/hidden", status=404)
        response = staff.get("/wiki/hidden", status=200).json["response"]
        assert (response["read_class"], response["restricted"]) == (None, ["read"])
        staff.put(f"/wiki/articles/{hidden}", {"read_class": None}, status=200)
        member.get("/wiki/hidden", status=200)


class TestEditing:
    @pytest.fixture
    def path(self, write: Any, moderator: Client, middle: UserClass) -> str:
        """The path of an article that the middle class and those above may edit."""
        article = write("Guarded", "Text.", moderator, edit_class=middle.id)
        return f"/wiki/articles/{article['id']}"

    def test_who_may(self, path: str, join: Any, staff: Client, moderator: Client) -> None:
        callers = [join("above", *WRITER, rank=HIGH), join("same", *WRITER, rank=MIDDLE)]
        for number, client in enumerate([*callers, staff, moderator], 1):
            body = {"contents": f"Text {number}.", "revision": number}
            client.put(path, body, status=200)

    def test_who_may_not(self, path: str, join: Any, german: str) -> None:
        below = join("below", *WRITER, rank=LOW)
        below.get(path, status=200)
        body = {"contents": "x", "revision": 1}
        answer = below.put(path, body, status=403)
        assert answer.json["code"] == "forbidden"
        below.delete(path, status=403)
        below.post(f"{path}/restore", status=403)
        below.post(f"{path}/aliases", {"alias": "mine"}, status=403)
        below.delete(f"{path}/aliases/guarded", status=403)
        below.post(f"{path}/revisions/1/rollback", status=403)
        translation = {"title": "x", "contents": "x", "language": german}
        below.post(f"{path}/translations", translation, status=403)
        below.post(f"{path}/watch", status=200)

    def test_rank_alone_is_not_enough(self, path: str, join: Any) -> None:
        above = join("above", rank=HIGH)
        above.put(path, {"contents": "x", "revision": 1}, status=403)

    def test_the_log_tells(
        self, path: str, moderator: Client, staff: Client, middle: UserClass
    ) -> None:
        moderator.put(path, {"edit_class": 1, "read_class": middle.id}, status=200)
        moderator.put(path, {"edit_class": 1}, status=200)
        (entry,) = staff.get("/site_log?action=wiki_classes_changed").json["response"]["items"]
        assert entry["before"] == {"read_class": None, "edit_class": middle.id}
        assert entry["after"] == {"read_class": middle.id, "edit_class": 1}

    def test_classes_need_their_permission(self, path: str, join: Any) -> None:
        above = join("above", *WRITER, rank=HIGH)
        for name in ("read_class", "edit_class"):
            above.put(path, {name: None}, status=403)
