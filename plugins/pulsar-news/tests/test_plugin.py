"""The plugin enabled and disabled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from news.examples import get_json, in_future, say, write
from pulsar.interfaces import IDatabase, IStatistic
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


def test_it_keeps_its_data_while_it_is_off(make_site: Callable[..., Any]) -> None:
    on = make_site(**{"pulsar.plugins": "news"})
    with on.registry.getUtility(IDatabase).session(True) as session:
        factory = Factory(session)
        key = factory.key(factory.staff("staff"))
        reader = factory.key(factory.user("reader"))
    Client(on, reader).post("/news/subscription", status=200)
    entry = write(Client(on, key), "Kept")
    say(Client(on, key), entry["id"], "@reader", format="markdown")

    off = make_site(**{"pulsar.plugins": "torrents"})
    for path in ("/news", "/news/feed", f"/news/{entry['id']}"):
        Client(off, key).get(path, status=404)
    assert "news_mentioned" not in get_json(Client(off, reader), "/notifications")
    Client(off, key).get("/users/me", status=200)
    assert "news" not in Client(off).get("/", status=200).text

    again = Client(make_site(**{"pulsar.plugins": "torrents news"}), reader)
    assert get_json(again, f"/news/{entry['id']}")["comment_count"] == 1
    assert get_json(again, "/news/subscription") == {"subscribed": True}
    assert len(get_json(again, "/notifications")["news_mentioned"]) == 1


def test_the_site_links_to_it(client: Client) -> None:
    assert "/news" in client.get("/", status=200).text


def test_the_site_counts_it(registry: Any, reporter: Client, db: Any) -> None:
    write(reporter)
    write(reporter, publish_at=in_future(hours=1))
    assert registry.getUtility(IStatistic, "news_entries").count(db) == 1
