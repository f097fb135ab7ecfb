"""Permissions that differ by the id at their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError

from pulsar.interfaces import IRoot
from pulsar.security.permissions import find_by_pattern, find_permission

Configure = Callable[..., Configurator]
PREFIX = "thingaccess_"


def with_pattern(config: Configurator) -> None:
    """Include a pattern, and a permission whose name looks like one of the pattern."""
    config.add_permission_pattern(PREFIX, "See a thing.", basic=True)
    config.add_permission(f"{PREFIX}all", "See all things.")


@pytest.fixture
def registry(configure: Configure) -> Any:
    """The registry of a site with the module."""
    config = configure(with_pattern)
    config.commit()
    return config.registry


class TestFind:
    @pytest.mark.parametrize("name", [f"{PREFIX}1", f"{PREFIX}70", f"{PREFIX}{'9' * 19}"])
    def test_one_of_it(self, registry: Any, name: str) -> None:
        permission = find_permission(registry, name)
        assert permission is not None
        assert (permission.name, permission.title, permission.basic) == (name, "See a thing.", True)
        assert (permission.member, permission.feed) == (False, False)
        assert find_by_pattern(registry, name) == permission

    @pytest.mark.parametrize(
        "rest", ["", "0", "01", "-1", "1.0", "1 ", "x", "1x", "1_2", "١", "9" * 20, "1\n"]
    )
    def test_none_of_it(self, registry: Any, rest: str) -> None:
        assert find_permission(registry, f"{PREFIX}{rest}") is None

    @pytest.mark.parametrize("name", ["1", "other_1", f"x{PREFIX}1"])
    def test_others(self, registry: Any, name: str) -> None:
        assert find_permission(registry, name) is None

    def test_declared_ones_come_first(self, registry: Any) -> None:
        permission = find_permission(registry, f"{PREFIX}all")
        assert permission is not None
        assert permission.title == "See all things."
        assert find_by_pattern(registry, f"{PREFIX}all") is None


class TestDeclare:
    @pytest.mark.parametrize("prefix", ["", "Thing_", "1_", "thing-", "t" * 36])
    def test_bad_prefix(self, configure: Configure, prefix: str) -> None:
        with pytest.raises(ConfigurationError, match="must match"):
            configure().add_permission_pattern(prefix, "See a thing.")

    def test_twice(self, configure: Configure) -> None:
        def again(config: Configurator) -> None:
            config.add_permission_pattern(PREFIX, "See another thing.")

        config = configure()
        config.include(with_pattern)
        config.include(again)
        with pytest.raises(ConfigurationConflictError):
            config.commit()

    def test_views_cannot_ask_for_one(self, configure: Configure) -> None:
        config = configure(with_pattern)
        config.add_view(
            lambda context, request: None, context=IRoot, name="x", permission=f"{PREFIX}1"
        )
        with pytest.raises(ConfigurationError, match=f"{PREFIX}1"):
            config.commit()
