"""Categories, an extension point of this plugin."""

from __future__ import annotations

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError

from pulsar.testing.client import Client
from torrents.categories import Category, add_torrent_category, categories


class TestList:
    def test_other_is_always_there(self, member: Client) -> None:
        shown = member.get("/torrents/categories", status=200).json["response"]
        assert {"name": "other", "title": "Other"} in shown
        assert [item["name"] for item in shown] == sorted(item["name"] for item in shown)


class TestDirective:
    @pytest.fixture
    def config(self) -> Configurator:
        """A configurator with the directive and nothing else."""
        config = Configurator()
        config.add_directive("add_torrent_category", add_torrent_category)
        return config

    def test_by_name(self, config: Configurator) -> None:
        config.add_torrent_category("music", "Music")
        config.add_torrent_category("ebooks_2", "E-books")
        config.commit()
        found = categories(config.registry)
        assert found == [Category("ebooks_2", "E-books"), Category("music", "Music")]
        assert len(config.registry.introspector.get_category("torrent categories")) == 2

    def test_clash(self, config: Configurator) -> None:
        config.add_torrent_category("music", "Music")
        config.include(lambda other: other.add_torrent_category("films", "Films"))
        config.include(clashing)
        config.include(clashing_too)
        with pytest.raises(ConfigurationConflictError, match="books"):
            config.commit()

    @pytest.mark.parametrize("name", ["", "Music", "2music", "e-books", "x" * 33, "müsic"])
    def test_bad_name(self, config: Configurator, name: str) -> None:
        with pytest.raises(ConfigurationError, match="must match"):
            config.add_torrent_category(name, "Title")


def clashing(config: Configurator) -> None:
    config.add_torrent_category("books", "Books")


def clashing_too(config: Configurator) -> None:
    config.add_torrent_category("books", "More books")
