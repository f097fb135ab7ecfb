"""The plugin enabled, disabled and enabled again, and its settings."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from pulsar.testing.client import Client


class TestEnabling:
    def test_off_and_on_again(self, make_site: Any, site_of: Any) -> None:
        first = site_of(make_site())
        ann = first.join("ann")
        request_id = first.ask(ann)
        ann.post(f"/requests/{request_id}/bookmark", status=200)
        without = ann.app.registry.settings["pulsar.plugins"]
        names = [name for name in without if name != "requests"]
        off = make_site(**{"pulsar.plugins": " ".join(names)})
        key = ann._headers["Authorization"]
        client = Client(off, authorization=key)
        client.get("/requests", status=404)
        assert "bounty_spent" not in client.get("/users/me", status=200).json["response"]
        first.upload(Client(off, authorization=key))
        client.get("/stats")
        on = Client(make_site(), authorization=key)
        torrent_request = on.get(f"/requests/{request_id}", status=200).json["response"]
        assert (torrent_request["vote_count"], torrent_request["bookmarked"]) == (1, True)
        assert first.in_all()

    def test_needs_torrents(self, make_site: Any) -> None:
        with pytest.raises(ConfigurationError, match="torrents"):
            make_site(**{"pulsar.plugins": "requests"})


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "value"), [("tax", "100"), ("tax", "-1"), ("min_bounty", "x")]
    )
    def test_wrong(self, make_site: Any, name: str, value: str) -> None:
        with pytest.raises(ConfigurationError, match=f"requests.{name}"):
            make_site(**{f"requests.{name}": value})

    def test_of_ones_own(self, make_site: Any, site_of: Any) -> None:
        settings = {"requests.min_credit": "1 KiB", "requests.min_bounty": "1"}
        site = site_of(make_site(**settings))
        poor = site.join("poor", uploaded=1024)
        request_id = site.ask(poor, bounty=1)
        poor.post(f"/requests/{request_id}/votes", {"amount": 1}, status=200)
        body = {"title": "A", "category": "other", "description": "Please.", "bounty": 1}
        answer = poor.post("/requests", body, status=400)
        assert answer.json["code"] == "not_enough_credit"
