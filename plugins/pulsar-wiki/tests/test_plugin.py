"""The plugin enabled, disabled and enabled again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulsar.testing.client import Client


class TestPlugin:
    def test_off_and_on_again(
        self, make_site: Callable[..., Any], settle: Callable[..., Client]
    ) -> None:
        app = make_site()
        writer = settle(app, "writer", "wiki_create_article", "wiki_edit_article")
        body = {"title": "Thumbs", "contents": "[[Welcome]]"}
        article = writer.post("/wiki/articles", body, status=201).json["response"]
        writer.post(f"/wiki/articles/{article['id']}/watch", status=200)
        without = make_site(**{"pulsar.plugins": "torrents"})
        reader = settle(without, "reader")
        reader.get("/wiki", status=404)
        assert "wiki" not in reader.get("/", status=200).json["response"]["links"]
        for path in ("/users/me", "/notifications", "/torrents", "/openapi.json"):
            reader.get(path, status=200)
        again = settle(make_site(), "again")
        response = again.get("/wiki/thumbs", status=200).json["response"]
        assert (response["title"], response["contents_html"]) == (
            "Thumbs",
            '<a class="wiki-link" href="/wiki/welcome">Welcome</a>',
        )

    def test_alone(self, make_site: Callable[..., Any], settle: Callable[..., Client]) -> None:
        alone = settle(make_site(**{"pulsar.plugins": "wiki"}), "member")
        assert alone.get("/wiki", status=200).json["response"]["id"] == 1
