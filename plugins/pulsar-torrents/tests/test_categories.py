"""Categories, an extension point of this plugin."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from sqlalchemy import update

from pulsar.testing.client import Client
from torrents.categories import Category, add_torrent_category, categories
from torrents.models import Group


class TestList:
    def test_other_is_always_there(self, member: Client) -> None:
        shown = member.get("/torrents/categories", status=200).json["response"]
        assert {"name": "other", "title": "Other"} in shown
        assert [item["name"] for item in shown] == sorted(item["name"] for item in shown)


class TestOfATorrent:
    @pytest.fixture
    def path(self, member: Client, upload: Any, db: Any) -> str:
        """A torrent of a category whose plugin is no longer there."""
        torrent_id = upload(member, "Old")["id"]
        db.execute(update(Group).values(category="films"))
        db.commit()
        upload(member, "New")
        return f"/torrents/{torrent_id}"

    def test_is_kept(self, member: Client, path: str) -> None:
        assert member.get(path, status=200).json["response"]["category"] == "films"
        shown = member.put(path, {"title": "x"}, status=200).json["response"]
        assert (shown["title"], shown["category"]) == ("x", "films")
        member.put(path, {"category": "films"}, status=400)

    def test_filter(self, member: Client, path: str) -> None:
        found = {
            category: [
                item["name"]
                for item in member.get(f"/torrents?category={category}").json["response"]["items"]
            ]
            for category in ("films", "other", "unheard_of")
        }
        assert found == {"films": ["Old"], "other": ["New"], "unheard_of": []}


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
