"""Listing, creating, editing and deleting categories."""

from __future__ import annotations

import pytest

from forums.examples import get_json, ids, make_category, make_forum, post
from pulsar.testing.client import Client

PATH = "/forums/categories"


class TestList:
    def test_by_position(self, member: Client, staff: Client) -> None:
        for name, position in (("Last", 9), ("First", 1), ("Second", 1)):
            category = post(staff, PATH, name=name, position=position)
            make_forum(staff, category["id"], f"In {name}")
        names = [item["name"] for item in get_json(member, PATH)]
        assert names == ["First", "Second", "Last"]

    def test_forums_by_position(self, member: Client, staff: Client, category_id: int) -> None:
        forums = {name: make_forum(staff, category_id, name) for name in ("b", "a")}
        staff.put(f"/forums/{forums['b']}", {"position": 5}, status=200)
        (category,) = get_json(member, PATH)
        assert [forum["name"] for forum in category["forums"]] == ["a", "b"]

    def test_empty_ones_are_for_those_who_arrange(
        self, member: Client, staff: Client, category_id: int
    ) -> None:
        assert get_json(member, PATH) == []
        assert ids(get_json(staff, PATH)) == [category_id]

    def test_deleted_ones(self, member: Client, staff: Client, category_id: int) -> None:
        staff.delete(f"{PATH}/{category_id}", status=200)
        assert get_json(staff, PATH) == []
        (response,) = get_json(staff, f"{PATH}?include_dead=true")
        assert (response["id"], response["deleted"]) == (category_id, True)
        assert get_json(member, f"{PATH}?include_dead=true") == []

    def test_deleted_forums_are_left_out(
        self, member: Client, staff: Client, forum_id: int
    ) -> None:
        staff.delete(f"/forums/{forum_id}", status=200)
        assert get_json(member, PATH) == []
        assert get_json(staff, PATH)[0]["forums"] == []


class TestCreate:
    def test_what_is_shown(self, staff: Client) -> None:
        category = post(staff, PATH, name="n" * 32, description="d" * 1024, position=99_999)
        assert category == {
            "id": category["id"],
            "name": "n" * 32,
            "description": "d" * 1024,
            "position": 99_999,
            "forums": [],
            "deleted": False,
        }

    def test_defaults(self, staff: Client) -> None:
        category = post(staff, PATH, name="Name", description=None)
        assert (category["description"], category["position"]) == (None, 0)

    def test_refused(self, staff: Client) -> None:
        body = {"name": "n" * 33, "description": "d" * 1025, "position": 100_000}
        answer = staff.post(PATH, body, status=400)
        assert set(answer.json["errors"]) == {"name", "description", "position"}
        assert set(staff.post(PATH, {"position": -1}, status=400).json["errors"]) == {
            "name",
            "position",
        }

    def test_by_members(self, member: Client) -> None:
        member.post(PATH, {"name": "Name"}, status=403)


class TestEdit:
    def test_some_of_it(self, staff: Client, category_id: int) -> None:
        staff.put(f"{PATH}/{category_id}", {"description": "About."}, status=200)
        answer = staff.put(f"{PATH}/{category_id}", {"name": "Other"}, status=200)
        response = answer.json["response"]
        assert (response["name"], response["description"]) == ("Other", "About.")
        answer = staff.put(f"{PATH}/{category_id}", {"description": None}, status=200)
        assert answer.json["response"]["description"] is None


class TestDelete:
    def test_with_forums(self, staff: Client, category_id: int, forum_id: int) -> None:
        answer = staff.delete(f"{PATH}/{category_id}", status=400)
        assert answer.json["response"] == (
            "You cannot delete a forum category while it still has forums assigned to it."
        )
        staff.delete(f"/forums/{forum_id}", status=200)
        answer = staff.delete(f"{PATH}/{category_id}", status=200)
        said = f"ForumCategory {category_id} (Category) has been deleted."
        assert answer.json["response"] == said

    def test_restore(self, staff: Client, category_id: int) -> None:
        staff.delete(f"{PATH}/{category_id}", status=200)
        answer = staff.post(f"{PATH}/{category_id}/restore", status=200)
        assert answer.json["response"]["deleted"] is False
        assert ids(get_json(staff, PATH)) == [category_id]

    @pytest.mark.parametrize("times", [1, 2])
    def test_is_in_the_site_log_once(self, staff: Client, times: int) -> None:
        category = make_category(staff, "Logged")
        for _ in range(times):
            staff.delete(f"{PATH}/{category}", status=200)
        response = get_json(staff, "/site_log?action=forum_category_deleted")
        assert [item["summary"] for item in response["items"]] == ["Logged"]
