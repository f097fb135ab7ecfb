"""Typed settings: parsing, defaults, and options that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from pulsar import settings as options
from pulsar.plugins import installed
from pulsar.settings import Setting, Settings, parsers
from pulsar.settings.limit import Limit


class TestParsers:
    @pytest.mark.parametrize(
        ("parse", "text", "value"),
        [
            (options.integer(), "0", 0),
            (options.integer(1, 10), " 10 ", 10),
            (options.seconds, "0", 0.0),
            (options.seconds, "2.5", 2.5),
            (options.size, "1000", 1000),
            (options.size, "10 MiB", 10 * 2**20),
            (options.size, "512kib", 512 * 2**10),
            (options.size, " 2 GiB ", 2 * 2**30),
            (options.choice("memory", "redis"), "redis", "redis"),
            (options.text, "  a site ", "a site"),
            (options.words, "torrents\n  tracker forums", ("torrents", "tracker", "forums")),
            (options.words, "", ()),
            (parsers.limit, "50/80", Limit(50, 80)),
            (options.boolean, "true", True),
            (options.boolean, "Yes", True),
            (options.boolean, "1", True),
            (options.boolean, "false", False),
            (options.boolean, "off", False),
        ],
    )
    def test_good(self, parse: Callable[[str], Any], text: str, value: Any) -> None:
        assert parse(text) == value

    @pytest.mark.parametrize(
        ("parse", "text", "reason"),
        [
            (options.integer(), "many", "must be a whole number"),
            (options.integer(), "1.5", "must be a whole number"),
            (options.integer(), "-1", "must be from 0 to"),
            (options.integer(1, 10), "11", "must be from 1 to 10"),
            (options.seconds, "soon", "must be a number of seconds"),
            (options.seconds, "-1", "must be finite and not negative"),
            (options.seconds, "inf", "must be finite and not negative"),
            (options.seconds, "nan", "must be finite and not negative"),
            (options.size, "10 MB", "must be a number of bytes, KiB, MiB, GiB or TiB"),
            (options.size, "MiB", "must be a number of bytes"),
            (options.size, "-1", "must be a number of bytes"),
            (options.size, "", "must be a number of bytes"),
            (options.choice("memory", "redis"), "disk", "must be one of memory, redis"),
            (parsers.limit, "50", "must be hits/seconds, both at least 1"),
            (parsers.limit, "0/80", "must be hits/seconds, both at least 1"),
            (parsers.limit, "50/0", "must be hits/seconds, both at least 1"),
            (parsers.limit, "many/80", "must be hits/seconds, both at least 1"),
            (options.boolean, "ture", "must be true or false"),
            (options.boolean, "", "must be true or false"),
        ],
    )
    def test_bad(self, parse: Callable[[str], Any], text: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            parse(text)


class Space(Settings, prefix="space"):
    """The settings of a test."""

    stars = Setting("5", options.integer(1, 9), "How many.")
    name = Setting("Sun", options.text, "Which.")


class TestParse:
    def test_defaults(self) -> None:
        settings: dict[str, Any] = {}
        Space.parse(settings)
        assert settings == {"space.stars": 5, "space.name": "Sun"}

    def test_given(self) -> None:
        settings: dict[str, Any] = {"space.stars": "7", "other.stars": "many"}
        Space.parse(settings)
        assert settings["space.stars"] == 7
        assert settings["other.stars"] == "many"

    def test_twice_is_the_same(self) -> None:
        settings: dict[str, Any] = {"space.stars": "7"}
        Space.parse(settings)
        Space.parse(settings)
        assert settings["space.stars"] == 7

    def test_misspelt(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Space.parse({"space.star": "7"})
        assert str(caught.value) == "Unknown setting space.star. Did you mean space.stars?"

    def test_unknown(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Space.parse({"space.telescope": "7"})
        assert str(caught.value) == "Unknown setting space.telescope."

    def test_value_that_does_not_parse(self) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Space.parse({"space.stars": "many"})
        assert str(caught.value) == "Setting space.stars: 'many' must be a whole number."


class TestSite:
    """The settings of a whole site."""

    def test_misspelt(self, configure: Callable[..., Any]) -> None:
        with pytest.raises(ConfigurationError, match=r"Did you mean pulsar\.registration\?"):
            configure(settings={"pulsar.registraton": "open"})

    def test_value_that_does_not_parse(self, configure: Callable[..., Any]) -> None:
        with pytest.raises(ConfigurationError, match="must be one of open, invite, closed"):
            configure(settings={"pulsar.registration": "opne"})

    def test_misspelt_one_of_a_plugin(self, configure: Callable[..., Any]) -> None:
        with pytest.raises(ConfigurationError, match=r"Did you mean torrents\.max_size\?"):
            configure(settings={"pulsar.plugins": "torrents", "torrents.maxsize": "1"})

    def test_every_option_has_a_default_and_an_explanation(
        self, configure: Callable[..., Any]
    ) -> None:
        config = configure(settings={"pulsar.plugins": " ".join(installed())})
        config.commit()
        entries = config.introspector.get_category("pulsar settings")
        declared = {entry["introspectable"]["setting"] for entry in entries}
        for setting in declared | set(options.CoreSettings.declared.values()):
            setting.parse(setting.default)
            assert setting.doc.endswith((".", "?"))
