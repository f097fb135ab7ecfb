"""The ``config.add_*`` calls: conflicts, checks and introspectables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface import Interface

from pulsar.accounts.models import TwoFactor
from pulsar.interfaces import IPermission, IRoot
from pulsar.serialization import STRING, Field, Serializer
from pulsar.settings.limit import Limit
from pulsar.traversal import Resource
from pulsar.users.interfaces import IUser
from pulsar.users.schemas import Register
from pulsar.validation import String

Configure = Callable[..., Configurator]


class IThing(Interface):
    """An interface of a plugin."""


CALLS: dict[str, tuple[Any, ...]] = {
    "add_plugin": ("things",),
    "add_migrations": ("things.versions",),
    "add_resource": ("things", Resource, IRoot),
    "add_serializer": (Serializer, IThing),
    "add_field": (IUser, "things", Field(STRING)),
    "add_schema_node": (Register, String(name="thing")),
    "add_permission": ("things_view", "See things."),
    "add_service": (IThing, object()),
    "add_secret_kind": ("thing", "Opens things."),
    "add_encrypted_column": ("thing", TwoFactor.secret, "Things"),
    "add_text_formatter": ("things", "Things", str),
    "add_health_check": ("things", print),
    "add_link": ("things", "/things"),
    "add_rate_limit": ("Things", "/things", Limit(1, 1)),
}


def call(config: Configurator, name: str) -> None:
    arguments = CALLS[name]
    if name == "add_resource":
        config.add_resource(*arguments[:2], parent=arguments[2])
    else:
        getattr(config, name)(*arguments)


class TestClashes:
    @pytest.mark.parametrize("name", CALLS)
    def test_both_places_are_named(self, configure: Configure, name: str) -> None:
        arguments = CALLS[name][:2] if name == "add_resource" else CALLS[name]

        def first(config: Configurator) -> None:
            getattr(config, name)(*arguments)

        def other(config: Configurator) -> None:
            getattr(config, name)(*arguments)

        config = configure(first, other)
        with pytest.raises(ConfigurationConflictError) as caught:
            config.commit()
        for include in (first, other):
            line = include.__code__.co_firstlineno + 1
            assert f"Line {line} of file {__file__}" in str(caught.value)

    @pytest.mark.parametrize("name", CALLS)
    def test_once_is_fine(self, configure: Configure, name: str) -> None:
        configure(lambda config: call(config, name)).commit()

    def test_the_same_name_elsewhere_is_no_clash(self, configure: Configure) -> None:
        class IOther(Interface):
            pass

        def both(config: Configurator) -> None:
            config.add_resource("things", Resource, parent=IRoot)
            config.add_resource("things", Resource, parent=IOther)

        configure(both).commit()

    def test_what_the_core_has(self, configure: Configure) -> None:
        config = configure()

        def plugin(config: Configurator) -> None:
            config.add_permission("users_view", "Mine now.")

        config.include(plugin)
        with pytest.raises(ConfigurationConflictError, match="users_view"):
            config.commit()


class TestIntrospection:
    @pytest.mark.parametrize(
        ("name", "category"),
        [
            ("add_migrations", "pulsar migrations"),
            ("add_resource", "pulsar resources"),
            ("add_serializer", "pulsar serializers"),
            ("add_field", "pulsar fields"),
            ("add_schema_node", "pulsar nodes"),
            ("add_permission", "pulsar permissions"),
            ("add_service", "pulsar services"),
            ("add_secret_kind", "pulsar secrets"),
            ("add_encrypted_column", "pulsar encrypted columns"),
            ("add_rate_limit", "pulsar rate limits"),
            ("add_text_formatter", "pulsar text formatters"),
        ],
    )
    def test_lists_what_was_added(self, configure: Configure, name: str, category: str) -> None:
        def count(*modules: Any) -> int:
            config = configure(*modules)
            config.commit()
            return len(config.introspector.get_category(category) or ())

        assert count(lambda config: call(config, name)) == count() + 1

    def test_settings(self, configure: Configure) -> None:
        config = configure(settings={"pulsar.plugins": "torrents"})
        config.commit()
        titles = {
            entry["introspectable"].title
            for entry in config.introspector.get_category("pulsar settings")
        }
        assert "torrents.max_size" in titles


class TestAddPermission:
    @pytest.mark.parametrize("name", ["", "Things", "things view", "1thing", "t" * 37, "dîng"])
    def test_bad_names(self, configure: Configure, name: str) -> None:
        with pytest.raises(ConfigurationError, match="must match"):
            configure(lambda config: config.add_permission(name, "See."))

    def test_longest_name(self, configure: Configure) -> None:
        config = configure(lambda config: config.add_permission("t" * 36, "See.", member=True))
        config.commit()
        permission = config.registry.getUtility(IPermission, "t" * 36)
        assert (permission.title, permission.member, permission.basic, permission.feed) == (
            "See.",
            True,
            False,
            False,
        )


class TestAddResource:
    @pytest.mark.parametrize("name", ["0", "7", "007"])
    def test_numbers_are_ids(self, configure: Configure, name: str) -> None:
        with pytest.raises(ConfigurationError, match="must not be a number"):
            configure(lambda config: config.add_resource(name, Resource, parent=IRoot))


def page(context: Any, request: Request) -> str:
    return "shown"


class TestViewPermissions:
    def test_unknown(self, configure: Configure) -> None:
        config = configure(
            lambda config: config.add_view(page, context=IRoot, name="x", permission="user_view")
        )
        with pytest.raises(ConfigurationError, match="Unknown permission 'user_view'") as caught:
            config.commit()
        assert "IRoot" in str(caught.value)

    def test_declared_after_the_view(self, configure: Configure) -> None:
        def include(config: Configurator) -> None:
            config.add_view(page, context=IRoot, name="x", permission="things_view")
            config.add_permission("things_view", "See things.")

        configure(include).commit()

    def test_public(self, configure: Configure) -> None:
        def include(config: Configurator) -> None:
            config.add_view(page, context=IRoot, name="x", permission=NO_PERMISSION_REQUIRED)

        configure(include).commit()


class TestForgottenPermission:
    """A view without a declared permission is closed for everybody."""

    @pytest.fixture
    def forgetful(self, lab: Callable[..., Any]) -> Any:
        return lab(lambda config: config.add_view(page, context=IRoot, name="forgotten"))

    def test_nobody(self, forgetful: Any) -> None:
        forgetful.get("/forgotten", status=401)

    def test_member(self, forgetful: Any, factory: Any) -> None:
        forgetful.as_key(factory.key(factory.user())).get("/forgotten", status=403)

    def test_god_mode(self, forgetful: Any, factory: Any) -> None:
        forgetful.as_key(factory.key(factory.staff())).get("/forgotten", status=403)
