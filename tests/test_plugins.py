"""Finding, ordering and loading plugins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError

from pulsar.db.migrations import targets
from pulsar.interfaces import IPermission, ISecretKind
from pulsar.plugins import enabled, installed

Configure = Callable[..., Configurator]
Install = Callable[..., None]


def named(*plugins: str) -> dict[str, str]:
    return {"pulsar.plugins": " ".join(plugins)}


class TestNames:
    def test_unknown(self, configure: Configure, install: Install) -> None:
        install("wiki")
        with pytest.raises(ConfigurationError) as caught:
            configure(settings=named("wiky"))
        assert str(caught.value) == (
            "pulsar.plugins names 'wiky', which is not installed. Installed are: wiki."
        )

    def test_unknown_where_nothing_is_installed(
        self, configure: Configure, install: Install
    ) -> None:
        with pytest.raises(ConfigurationError, match="Installed are: none"):
            configure(settings=named("wiki"))

    def test_unknown_before_any_is_loaded(self, configure: Configure, install: Install) -> None:
        loaded: list[Any] = []
        install("forums", loaded.append)
        with pytest.raises(ConfigurationError, match="'wiki', which is not installed"):
            configure(settings=named("forums", "wiki"))
        assert not loaded

    def test_named_twice_is_loaded_once(self, configure: Configure, install: Install) -> None:
        loaded: list[Any] = []
        install("forums", loaded.append)
        config = configure(settings=named("forums", "forums"))
        config.commit()
        assert len(loaded) == 1
        assert list(enabled(config.registry)) == ["forums"]


class TestRequirements:
    def test_come_first(self, configure: Configure, install: Install) -> None:
        order: list[str] = []
        for name, requires in (
            ("music", ("torrents", "tags")),
            ("tags", ("torrents",)),
            ("torrents", ()),
        ):
            install(name, lambda config, name=name: order.append(name), requires)
        configure(settings=named("music", "tags", "torrents"))
        assert order == ["torrents", "tags", "music"]

    def test_not_named(self, configure: Configure, install: Install) -> None:
        install("torrents")
        install("tracker", requires=("torrents",))
        with pytest.raises(ConfigurationError) as caught:
            configure(settings=named("tracker"))
        assert str(caught.value) == (
            "Plugin 'tracker' requires 'torrents', which pulsar.plugins does not name."
        )

    def test_not_installed(self, configure: Configure, install: Install) -> None:
        install("tracker", requires=("torrents",))
        with pytest.raises(ConfigurationError, match="'torrents', which is not installed"):
            configure(settings=named("tracker", "torrents"))

    def test_circle(self, configure: Configure, install: Install) -> None:
        install("a", requires=("b",))
        install("b", requires=("c",))
        install("c", requires=("b",))
        with pytest.raises(ConfigurationError) as caught:
            configure(settings=named("a", "b", "c"))
        assert str(caught.value) == "Plugins require each other: b -> c -> b."

    def test_itself(self, configure: Configure, install: Install) -> None:
        install("a", requires=("a",))
        with pytest.raises(ConfigurationError, match="a -> a"):
            configure(settings=named("a"))

    def test_are_told(self, configure: Configure, install: Install) -> None:
        install("torrents")
        install("tracker", requires=("torrents",))
        config = configure(settings=named("tracker", "torrents"))
        config.commit()
        assert enabled(config.registry)["tracker"].requires == ("torrents",)


class TestNotNamed:
    """An installed plugin that is not enabled has no effect."""

    @pytest.fixture
    def site(self, configure: Configure) -> Any:
        config = configure()
        config.commit()
        return config.registry

    def test_is_installed(self) -> None:
        assert {"torrents", "tracker"} <= set(installed())

    def test_is_not_enabled(self, site: Any) -> None:
        assert enabled(site) == {}

    def test_has_no_permissions(self, site: Any) -> None:
        assert {declared.plugin for _, declared in site.getUtilitiesFor(IPermission)} == {"pulsar"}

    def test_has_no_secrets(self, site: Any) -> None:
        assert [name for name, _ in site.getUtilitiesFor(ISecretKind)] == ["feed"]

    def test_has_no_tables_to_migrate(self, site: Any) -> None:
        assert targets(site) == ["pulsar@head"]

    def test_has_no_resources(self, lab: Callable[..., Any], client: Any, factory: Any) -> None:
        key = factory.key(factory.user())
        assert client.as_key(key).get("/torrents").status_int == 200
        core = lab().as_key(key)
        assert core.get("/torrents").status_int == 404
        assert set(core.get("/").json["response"]["links"]).isdisjoint(installed())


BOOT = """
import sys
from webtest import TestApp
from pulsar import main
from pulsar.configuration import make_configurator
from pulsar.db import migrations

url, plugins = sys.argv[1], sys.argv[2:]
settings = {
    "sqlalchemy.url": url, "pulsar.plugins": " ".join(plugins), "pulsar.secret": "x" * 32,
    "pulsar.registration": "open", "pulsar.log_level": "ERROR",
}
config = make_configurator(settings)
config.commit()
migrations.upgrade(config.registry)
client = TestApp(main({}, **settings))
site = client.get("/").json["response"]
assert [plugin["name"] for plugin in site["plugins"]] == sorted(plugins), site
assert set(client.get("/health").json["response"].values()) == {"ok"}
account = {"username": "bob", "password": "correct horse 1!"}
client.post_json("/users", {**account, "email": "bob@example.org"}, status=201)
key = client.post_json("/api_keys", account).json["response"]["key"]
for link in site["links"].values():
    answer = client.get(link, headers={"Authorization": f"Token {key}"}, expect_errors=True)
    assert answer.status_int < 500, (link, answer.text)
print(*sorted(sys.modules))
"""


def requirements(registry: Any, name: str) -> set[str]:
    """Return the plugin and its requirements, transitively."""
    needed = {name}
    for requirement in enabled(registry)[name].requires:
        needed |= requirements(registry, requirement)
    return needed


class TestAlone:
    """Each plugin works with only its requirements, in a process that loaded no other plugin."""

    @pytest.mark.parametrize("name", ["", *installed()])
    def test_boots(self, name: str, configure: Configure, tmp_path: Path) -> None:
        config = configure(settings=named(*installed()))
        config.commit()
        expected = requirements(config.registry, name) if name else set()
        done = subprocess.run(
            [sys.executable, "-c", BOOT, f"sqlite:///{tmp_path}/site.sqlite", *expected],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        others = {entry.module for other, entry in installed().items() if other not in expected}
        assert others.isdisjoint(done.stdout.split())
