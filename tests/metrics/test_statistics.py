"""``GET /statistics``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from sqlalchemy.orm import Session

from pulsar.interfaces import ICache
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


class TestStatistics:
    def test_the_core_s(self, member: Client, registry: Any, factory: Factory) -> None:
        registry.getUtility(ICache).clear()
        before = member.get("/statistics", status=200).json["response"]["users"]
        factory.user()
        factory.user(enabled=False)
        # Statistics are counted once a minute.
        assert member.get("/statistics").json["response"]["users"] == before
        registry.getUtility(ICache).clear()
        assert member.get("/statistics").json["response"]["users"] == before + 1

    def test_a_plugin_s(self, lab: Callable[..., Client], factory: Factory) -> None:
        def count(session: Session) -> int:
            return 42

        def include(config: Configurator) -> None:
            config.add_statistic("answers", "Answers.", count)

        caller = lab(include).as_key(factory.key(factory.user()))
        assert caller.get("/statistics", status=200).json["response"]["answers"] == 42

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        client.get("/statistics", status=401)
        user = factory.user(denials=["statistics_view"])
        client.as_key(factory.key(user)).get("/statistics", status=403)
