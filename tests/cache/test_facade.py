"""``request.cache``: copies are read through, and dropped after the commit that changed them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select, update

from pulsar.errors import Conflict
from pulsar.interfaces import ICache, IDatabase, IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    """``/read`` shows a copy, which counts how often it was made; the others change it."""
    numbers = count(1)

    def copy(request: Request) -> Any:
        return request.cache.get_or_create("copy", lambda: next(numbers), ("numbers", "all"))

    def read(context: Any, request: Request) -> Any:
        return copy(request)

    def change(context: Any, request: Request) -> Any:
        request.cache.invalidate("numbers")
        return [copy(request), copy(request)]

    def refuse(context: Any, request: Request) -> Any:
        request.cache.invalidate("numbers")
        raise Conflict

    def veto(context: Any, request: Request) -> Any:
        request.cache.invalidate("numbers")
        request.response.status_int = 400
        return "no"

    def none(context: Any, request: Request) -> Any:
        return [
            request.cache.get_or_create("none", lambda: next(numbers) and None, ()),
            next(numbers),
        ]

    def include(config: Configurator) -> None:
        for view in (read, change, refuse, veto, none):
            config.add_view(view, context=IRoot, name=view.__name__, permission=PUBLIC)

    return lab(include)


def shown(site: Client, path: str, status: int = 200) -> Any:
    return site.get(path, status=status).json["response"]


class TestGetOrCreate:
    def test_is_made_once(self, site: Client) -> None:
        assert [shown(site, "/read") for _ in range(3)] == [1, 1, 1]

    def test_none_is_not_kept(self, site: Client) -> None:
        assert shown(site, "/none") == [None, 2]
        assert shown(site, "/none") == [None, 4]

    def test_what_others_invalidated(self, site: Client) -> None:
        shown(site, "/read")
        site.app.registry.getUtility(ICache).invalidate(["all"])
        assert shown(site, "/read") == 2


class TestInvalidate:
    def test_after_the_commit(self, site: Client) -> None:
        shown(site, "/read")
        shown(site, "/change")
        assert shown(site, "/read") == 4

    def test_a_request_that_changed_something_makes_no_copies(self, site: Client) -> None:
        assert shown(site, "/change") == [1, 2]
        assert shown(site, "/read") == 3

    @pytest.mark.parametrize(("path", "status"), [("/refuse", 409), ("/veto", 400)])
    def test_not_after_an_abort(self, site: Client, path: str, status: int) -> None:
        shown(site, "/read")
        shown(site, path, status)
        assert shown(site, "/read") == 1

    def test_touched_keys(self, site: Client, factory: Factory) -> None:
        user = factory.user(grants=["site_manage_cache_keys"])
        caller = site.as_key(factory.key(user))
        assert caller.get("/read").json["cache_keys"] == {"get": ["copy"], "set": ["copy"]}
        assert caller.get("/read").json["cache_keys"] == {"get": ["copy"]}
        assert caller.get("/change").json["cache_keys"] == {"delete": ["numbers"]}


class TestSnapshot:
    """A request that reads an old snapshot keeps no copy of what it finds there."""

    def test_no_stale_copy(self, lab_site: Callable[..., Any]) -> None:
        changes = iter([5])

        def invites(context: Any, request: Request) -> Any:
            def load() -> Any:
                return request.db.scalar(select(User.invites))

            load()
            for changed in changes:
                with request.find_service(IDatabase).session(True) as other:
                    other.execute(update(User).values(invites=changed))
                    other.commit()
                request.find_service(ICache).invalidate(["invites"])
            return request.cache.get_or_create("invites", load, ("invites",))

        def body(config: Configurator) -> None:
            config.add_view(
                invites, context=IRoot, name="lab", request_method="GET", permission=PUBLIC
            )

        site = lab_site(body)
        with site.registry.getUtility(IDatabase).session(True) as session:
            session.add(User(username="a", email="a@b.org", passhash="", user_class_id=1))
            session.commit()
        client = Client(site)
        client.get("/lab", status=200)
        assert client.get("/lab", status=200).json["response"] == 5
