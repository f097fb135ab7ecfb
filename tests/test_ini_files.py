"""The ini files of the checkout: what they say is true, and the application starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from plaster import get_loader
from pyramid.paster import get_appsettings
from waitress.adjustments import Adjustments

from pulsar.settings import Setting
from pulsar.testing.client import Client

CHECKOUT = Path(__file__).resolve().parents[1]
DEVELOPMENT = CHECKOUT / "development.ini"
PRODUCTION = CHECKOUT / "production.ini"

#: SQLAlchemy's own defaults.
ENGINE = {"pool_size": "5", "max_overflow": "10", "pool_recycle": "-1"}
OPTION = re.compile(r"^(?P<commented># )?(?P<name>[a-z_]+(?:\.[a-z_]+)?) =(?P<value>.*)$", re.M)


def options(section: str) -> dict[str, tuple[str, bool]]:
    """Return the options of a section of production.ini: value and whether it is commented out."""
    text = PRODUCTION.read_text()
    body = re.split(r"^\[.*\]$", text.partition(f"\n[{section}]\n")[2], maxsplit=1, flags=re.M)[0]
    matches = [match for match in OPTION.finditer(body) if match["name"] != "use"]
    names = [match["name"] for match in matches]
    assert len(names) == len(set(names))
    return {match["name"]: (match["value"].strip(), bool(match["commented"])) for match in matches}


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Restore logging, which starting an application sets up for the whole process."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


class TestProduction:
    def test_mentions_every_setting(self, declared: dict[str, Setting[Any]]) -> None:
        assert declared.keys() - options("app:main").keys() == set()

    def test_knows_no_other(self, declared: dict[str, Setting[Any]]) -> None:
        engine = {"sqlalchemy.url", *(f"sqlalchemy.{name}" for name in ENGINE)}
        assert options("app:main").keys() - declared.keys() == engine

    def test_shows_the_defaults(self, declared: dict[str, Setting[Any]]) -> None:
        defaults = {name: setting.default for name, setting in declared.items()}
        defaults.update({f"sqlalchemy.{name}": value for name, value in ENGINE.items()})
        values_by_name = {
            name: value for name, (value, commented) in options("app:main").items() if commented
        }
        assert values_by_name == {name: defaults[name] for name in values_by_name}

    def test_explains_every_option(self) -> None:
        lines = PRODUCTION.read_text().splitlines()
        for number, line in enumerate(lines):
            match = OPTION.match(line)
            if match and match["name"] != "use" and "." in match["name"]:
                before = lines[number - 1]
                # Two related options share their explanation.
                assert before.startswith("# "), line

    def test_server_options_are_those_of_waitress(self) -> None:
        server_options = options("server:main")
        values_by_name = {
            name: value for name, (value, commented) in server_options.items() if not commented
        }
        started = Adjustments(**values_by_name)
        for name, (value, commented) in server_options.items():
            if commented:
                other = Adjustments(**values_by_name, **{name: value})
                assert getattr(other, name) == getattr(started, name), name

    def test_believes_the_proxy_only(self) -> None:
        server = get_loader(str(PRODUCTION)).get_settings("server:main")
        started = Adjustments(**{name: value for name, value in server.items() if name != "use"})
        assert started.trusted_proxy == "127.0.0.1"
        assert started.trusted_proxy_headers == {"x-forwarded-for", "x-forwarded-proto"}
        assert started.clear_untrusted_proxy_headers

    def test_lets_the_largest_torrent_in(self, declared: dict[str, Setting[Any]]) -> None:
        largest, _ = options("server:main")["max_request_body_size"]
        setting = declared["torrents.max_size"]
        assert int(largest) > setting.parse(setting.default)

    @pytest.mark.parametrize("backend", ["production"], indirect=True)
    def test_starts(self, make_site: Callable[..., Any], tmp_path: Path) -> None:
        settings = dict(get_appsettings(str(PRODUCTION)))
        assert settings.pop("sqlalchemy.url").startswith("postgresql+psycopg://")
        assert settings["pulsar.cache"] == "redis"
        client = Client(make_site(**{**settings, "pulsar.var": str(tmp_path)}))
        assert client.get("/health", status=200).json["response"]["database"] == "ok"


class TestDevelopment:
    @pytest.mark.parametrize("backend", ["embedded"], indirect=True)
    def test_starts(self, make_site: Callable[..., Any], tmp_path: Path) -> None:
        settings = get_appsettings(str(DEVELOPMENT), options={"var": str(tmp_path)})
        assert settings["pulsar.var"] == str(tmp_path)
        client = Client(make_site(**settings))
        assert client.get("/", status=200).json["response"]["name"] == "Pulsar"

    def test_variables_can_be_overridden(self, tmp_path: Path) -> None:
        loader = get_loader(str(DEVELOPMENT), protocols=["wsgi"])
        settings = loader.get_wsgi_app_settings(defaults={"var": str(tmp_path)})
        assert settings["pulsar.var"] == str(tmp_path)
        server = loader.get_settings("server:main", defaults={"http_port": "7000"})
        assert Adjustments(host=server["host"], port=server["port"]).port == 7000
