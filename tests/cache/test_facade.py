"""``request.cache``: copies are stored, and dropped after the commit of a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select, update

from pulsar.db import utcnow
from pulsar.errors import Conflict
from pulsar.interfaces import ICache, IDatabase, IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    """A client; ``/read`` shows a copy that counts its creations, and other paths change it."""
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


def fetch(site: Client, path: str, status: int = 200) -> Any:
    return site.get(path, status=status).json["response"]


class TestGetOrCreate:
    def test_is_made_once(self, site: Client) -> None:
        assert [fetch(site, "/read") for _ in range(3)] == [1, 1, 1]

    def test_none_is_not_kept(self, site: Client) -> None:
        assert fetch(site, "/none") == [None, 2]
        assert fetch(site, "/none") == [None, 4]

    def test_what_others_invalidated(self, site: Client) -> None:
        fetch(site, "/read")
        site.app.registry.getUtility(ICache).invalidate(["all"])
        assert fetch(site, "/read") == 2


class TestDepends:
    """Tags that are only known while the value is created."""

    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        """``/outer`` shows a copy that contains ``/inner``, which depends on the tag ``late``."""
        numbers = count(1)

        def inner(context: Any, request: Request) -> Any:
            def make() -> int:
                request.cache.depends("late")
                return next(numbers)

            request.cache.depends("nothing is being made")
            return request.cache.get_or_create("inner", make, ("early",))

        def outer(context: Any, request: Request) -> Any:
            return request.cache.get_or_create("outer", lambda: inner(context, request), ("top",))

        def change(context: Any, request: Request) -> Any:
            request.cache.invalidate("late")
            inner(context, request)
            request.tm.doom()
            return None

        def include(config: Configurator) -> None:
            for view in (inner, outer, change):
                config.add_view(view, context=IRoot, name=view.__name__, permission=PUBLIC)

        return lab(include)

    @pytest.mark.parametrize("path", ["/inner", "/outer"])
    def test_drop_the_copy(self, site: Client, path: str) -> None:
        assert [fetch(site, path) for _ in range(2)] == [1, 1]
        for number, tag in enumerate(("late", "early"), 2):
            site.app.registry.getUtility(ICache).invalidate([tag])
            assert [fetch(site, path) for _ in range(2)] == [number, number]

    def test_no_copy_of_what_the_request_changed(self, site: Client) -> None:
        """Such a copy would remain if the request was rolled back."""
        site.get("/change", expect_errors=True)
        assert site.app.registry.getUtility(ICache).get("inner") is None


class TestExpires:
    """Copies whose content changes with time."""

    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        """``/page?seconds=60`` shows a copy that is valid for this time."""
        numbers = count(1)

        def page(context: Any, request: Request) -> Any:
            def show() -> int:
                for seconds in (3600, int(request.GET["seconds"]), 3600):
                    request.cache.expires(utcnow() + timedelta(seconds=seconds))
                return next(numbers)

            return request.cache.page("page", show, ())

        def include(config: Configurator) -> None:
            config.add_view(page, context=IRoot, name="page", permission=PUBLIC)

        return lab(include)

    def test_at_its_time(self, site: Client) -> None:
        start = utcnow()
        for seconds, number in ((0, 1), (58, 1), (61, 2), (62, 2)):
            with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
                assert fetch(site, "/page?seconds=60") == number

    def test_too_short_to_be_kept(self, site: Client) -> None:
        assert [fetch(site, "/page?seconds=0") for _ in range(2)] == [1, 2]


class TestPrefetch:
    @pytest.fixture
    def both(self, lab: Callable[..., Client]) -> Client:
        """``/both`` fetches two copies in one round trip; ``/changed`` changes one in between."""
        numbers = count(1)

        def copies(request: Request) -> list[int]:
            return [
                request.cache.get_or_create(name, lambda: next(numbers), (name,))
                for name in ("first", "second")
            ]

        def both(context: Any, request: Request) -> Any:
            request.cache.prefetch("first", "second")
            return copies(request)

        def changed(context: Any, request: Request) -> Any:
            request.cache.prefetch("first", "second")
            request.cache.invalidate("first")
            return copies(request)

        def include(config: Configurator) -> None:
            for view in (both, changed):
                config.add_view(view, context=IRoot, name=view.__name__, permission=PUBLIC)

        return lab(include)

    def test_is_as_if_it_had_not_been(self, both: Client) -> None:
        assert [fetch(both, "/both") for _ in range(2)] == [[1, 2], [1, 2]]
        both.app.registry.getUtility(ICache).invalidate(["second"])
        assert [fetch(both, "/both") for _ in range(2)] == [[1, 3], [1, 3]]

    def test_what_was_fetched_is_taken(self, both: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        cache = both.app.registry.getUtility(ICache)
        monkeypatch.setattr(cache, "get_many", lambda keys: [f"{key} copy" for key in keys])
        assert fetch(both, "/both") == ["first copy", "second copy"]

    def test_not_of_what_the_request_changed(self, both: Client) -> None:
        assert fetch(both, "/both") == [1, 2]
        assert fetch(both, "/changed") == [3, 2]
        assert fetch(both, "/both") == [4, 2]


class TestInvalidate:
    def test_after_the_commit(self, site: Client) -> None:
        fetch(site, "/read")
        fetch(site, "/change")
        assert fetch(site, "/read") == 4

    def test_a_request_that_changed_something_makes_no_copies(self, site: Client) -> None:
        assert fetch(site, "/change") == [1, 2]
        assert fetch(site, "/read") == 3

    @pytest.mark.parametrize(("path", "status"), [("/refuse", 409), ("/veto", 400)])
    def test_not_after_an_abort(self, site: Client, path: str, status: int) -> None:
        fetch(site, "/read")
        fetch(site, path, status)
        assert fetch(site, "/read") == 1

    def test_touched_keys(self, site: Client, factory: Factory) -> None:
        user = factory.user(grants=["site_manage_cache_keys"])
        caller = site.as_key(factory.key(user))
        fetch(caller, "/none")

        def touched(path: str, status: int = 200) -> dict[str, list[str]]:
            cache_keys: dict[str, list[str]] = caller.get(path, status=status).json["cache_keys"]
            # The caller is looked up first.
            assert [key.partition(":")[0] for key in cache_keys["get"][:2]] == [
                "identity",
                "profile",
            ]
            return cache_keys | {"get": cache_keys["get"][2:]}

        assert touched("/read") == {"get": ["copy"], "set": ["copy"]}
        assert touched("/read") == {"get": ["copy"]}
        assert touched("/change") == {"get": [], "delete": ["numbers"]}
        for path, status in (("/refuse", 409), ("/veto", 400)):
            assert touched(path, status) == {"get": []}


class TestSnapshot:
    """A request that reads an old snapshot stores no copy of it."""

    @pytest.mark.parametrize("reads_again", [True, False])
    def test_no_stale_copy(self, lab_site: Callable[..., Any], reads_again: bool) -> None:
        """Neither of a row that is read again, nor of one that was read before the copy exists."""
        changes = iter([5])

        def invites(context: Any, request: Request) -> Any:
            def load() -> Any:
                return request.db.scalar(select(User.invites))

            copies = load()
            for changed in changes:
                with request.find_service(IDatabase).session(True) as other:
                    other.execute(update(User).values(invites=changed))
                    other.commit()
                request.find_service(ICache).invalidate(["invites"])
            make = load if reads_again else lambda: copies
            return request.cache.get_or_create("invites", make, ("invites",))

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
