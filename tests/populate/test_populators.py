"""Declaring and running populators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from sqlalchemy import select

from pulsar.classes.populate_members import NAMED
from pulsar.db import migrations
from pulsar.interfaces import ICache, IDatabase
from pulsar.notifications.models import NotificationChoice
from pulsar.populate.running import names, populate
from pulsar.secrets.models import UserSecret
from pulsar.users.models import User

Configure = Callable[..., Configurator]
Install = Callable[..., None]

CORE = ["pulsar.classes", "pulsar.apikeys", "pulsar.invites", "pulsar.moderation"]


def nothing(request: Any, scale: float, progress: Any) -> None:
    """Create no data."""


def quiet(title: str, done: int, total: int) -> None:
    """Ignore progress."""


class TestAddPopulator:
    def test_two_of_one_package(self, configure: Configure) -> None:
        def includeme(config: Configurator) -> None:
            config.add_populator(nothing)

        def again(config: Configurator) -> None:
            config.add_populator(nothing)

        with pytest.raises(ConfigurationConflictError, match="pulsar populator"):
            configure(includeme, again).commit()

    def test_named_after_the_package(self, configure: Configure, install: Install) -> None:
        install("wiki", lambda config: config.add_populator(nothing))
        config = configure(settings={"pulsar.plugins": "wiki"})
        config.commit()
        assert names(config.registry) == [*CORE, "installed_wiki"]

    def test_requirements_come_first(self, configure: Configure, install: Install) -> None:
        for name, requires in (("ale", ("mead",)), ("mead", ("zinc",)), ("zinc", ())):
            install(name, lambda config: config.add_populator(nothing), requires)
        config = configure(settings={"pulsar.plugins": "ale mead zinc"})
        config.commit()
        assert names(config.registry)[len(CORE) :] == [
            "installed_zinc",
            "installed_mead",
            "installed_ale",
        ]

    def test_module_that_does_not_exist(self, configure: Configure, install: Install) -> None:
        install("wiki", lambda config: config.add_populator(".no_such.populate"))
        with pytest.raises(
            ConfigurationError, match=r"There is no module 'installed_wiki\.no_such'"
        ):
            configure(settings={"pulsar.plugins": "wiki"})

    def test_disabled_plugin(self, configure: Configure, install: Install) -> None:
        install("wiki", lambda config: config.add_populator(nothing))
        config = configure()
        config.commit()
        assert names(config.registry) == CORE


class TestPopulate:
    @pytest.fixture
    def site(self, configure: Configure, install: Install, empty: dict[str, Any]) -> Any:
        """``site(**populators)``: the registry of a migrated site with such plugins."""

        def make(**populators: Any) -> Any:
            for name, populator in populators.items():
                install(name, lambda config, item=populator: config.add_populator(item))
            config = configure(settings={**empty, "pulsar.plugins": " ".join(populators)})
            config.commit()
            migrations.upgrade(config.registry)
            return config.registry

        registries: list[Any] = []
        yield lambda **populators: registries.append(make(**populators)) or registries[-1]
        for registry in registries:
            registry.getUtility(IDatabase).engine.dispose()

    def test_arguments(self, site: Any) -> None:
        received = []
        registry = site(wiki=lambda *arguments: received.append(arguments))
        populate(registry, 0.01, quiet)
        [(request, scale, progress)] = received
        assert (request.registry, scale, progress) == (registry, 0.01, quiet)

    def test_finds_what_came_before(self, site: Any) -> None:
        members = []

        def populator(request: Any, scale: float, progress: Any) -> None:
            members.extend(request.db.scalars(select(User.username).order_by(User.id)))

        populate(site(wiki=populator), 0.01, quiet)
        assert members[: len(NAMED)] == [name for name, _ in NAMED]

    def test_transactions(self, site: Any) -> None:
        """If a populator fails, its data is rolled back, and that of earlier ones stays."""

        def good(request: Any, scale: float, progress: Any) -> None:
            row = {"user_id": 1, "type": "user_warned", "channel": "mail", "wanted": True}
            request.db.add(NotificationChoice(**row))

        def bad(request: Any, scale: float, progress: Any) -> None:
            request.db.add(UserSecret(user_id=1, kind="feed", nonce="", digest=""))
            request.db.flush()
            raise LookupError

        registry = site(good=good, other=bad)
        with pytest.raises(LookupError):
            populate(registry, 0.01, quiet)
        with registry.getUtility(IDatabase).session() as session:
            assert session.scalar(select(NotificationChoice.type)) == "user_warned"
            assert session.scalar(select(UserSecret.id)) is None

    def test_drops_cached_copies(self, site: Any) -> None:
        registry = site(wiki=nothing)
        cache = registry.getUtility(ICache)
        cache.put("key", "of the site before", 60, (), cache.token())
        populate(registry, 0.01, quiet)
        assert cache.get("key") is None
