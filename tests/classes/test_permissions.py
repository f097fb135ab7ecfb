"""``GET /permissions``."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


def with_permission(config: Configurator) -> None:
    """Include a core module that declares a permission."""
    config.add_permission("things_make", "Make things.", basic=True, feed=True)


def listed(client: Client) -> dict[str, Any]:
    permissions = client.get("/permissions", status=200).json["response"]["permissions"]
    assert [permission["name"] for permission in permissions] == sorted(
        permission["name"] for permission in permissions
    )
    return {permission.pop("name"): permission for permission in permissions}


def with_pattern(config: Configurator) -> None:
    """Include a core module that declares a permission pattern."""
    config.add_permission_pattern("thingaccess_", "See a thing.", basic=True)


class TestPatterns:
    def test_are_listed_by_their_prefixes(self, lab: Any, factory: Factory) -> None:
        site = lab(with_pattern)
        answer = site.as_key(factory.key(factory.staff())).get("/permissions", status=200)
        assert answer.json["response"]["patterns"] == [
            {
                "prefix": "thingaccess_",
                "title": "See a thing.",
                "plugin": "pulsar",
                "basic": True,
            }
        ]
        assert "thingaccess_" not in listed(site.as_key(factory.key(factory.staff())))


class TestList:
    def test_titles_and_plugins(self, staff: Client) -> None:
        permissions = listed(staff)
        assert permissions["userclasses_list"] == {
            "title": "See the classes.",
            "plugin": "pulsar",
            "member": True,
            "basic": False,
            "feed": False,
        }
        assert permissions["torrents_view"]["plugin"] == "torrents"
        assert all(permission["title"].endswith(".") for permission in permissions.values())

    def test_of_the_enabled_plugins_only(self, lab: Any, factory: Factory) -> None:
        site = lab(with_permission)
        permissions = listed(site.as_key(factory.key(factory.staff())))
        assert "torrents_view" not in permissions
        declared = permissions["things_make"]
        assert (declared["title"], declared["basic"], declared["feed"]) == (
            "Make things.",
            True,
            True,
        )

    def test_without_the_permission(self, member: Client, client: Client) -> None:
        member.get("/permissions", status=403)
        client.get("/permissions", status=401)
