"""``GET /`` and ``GET /health``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator

from pulsar.plugins import installed
from pulsar.site.urls import site_url
from pulsar.testing.client import Client


class TestRoot:
    def test_names_the_site(self, client: Client) -> None:
        site = client.get("/", status=200).json["response"]
        assert site["name"] == "Pulsar"
        assert [plugin["name"] for plugin in site["plugins"]] == sorted(installed())
        assert all(plugin["title"] and plugin["version"] for plugin in site["plugins"])
        assert site["links"]["health"] == "/health"

    def test_links_lead_somewhere(self, staff: Client) -> None:
        for link in staff.get("/").json["response"]["links"].values():
            assert staff.get(link).status_int in (200, 405), link

    @pytest.mark.parametrize(
        "accept",
        [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "text/html",
            "application/json;q=0.5, text/html",
        ],
    )
    def test_browsers_are_led_to_the_page(self, client: Client, accept: str) -> None:
        for method in ("GET", "HEAD"):
            answer = client.request(method, "/", headers={"Accept": accept}, status=303)
            assert answer.headers["Location"] == "http://localhost/docs"
            assert "Accept" in answer.headers["Vary"]
            assert answer.body == b""

    def test_the_page_is_at_the_site_s_address(self, lab: Callable[..., Client]) -> None:
        site = lab(settings={"pulsar.site_url": "https://tracker.example.org"})
        answer = site.get("/", headers={"Accept": "text/html"}, status=303)
        assert answer.headers["Location"] == "https://tracker.example.org/docs"

    @pytest.mark.parametrize(
        "accept", [None, "*/*", "application/json", "application/json, text/plain, */*", "x", ""]
    )
    def test_programs_have_json(self, client: Client, accept: str | None) -> None:
        answer = client.get("/", headers={} if accept is None else {"Accept": accept}, status=200)
        assert answer.content_type == "application/json"
        assert "Accept" in answer.headers["Vary"]

    def test_configured_name(self, lab: Callable[..., Client]) -> None:
        site = lab(settings={"pulsar.site_name": "Crab Nebula"})
        assert site.get("/").json["response"]["name"] == "Crab Nebula"

    def test_links_of_plugins(self, lab: Callable[..., Client]) -> None:
        site = lab(lambda config: config.add_link("wiki", "/wiki"))
        assert site.get("/").json["response"]["links"]["wiki"] == "/wiki"


class TestHealth:
    def test_everything_works(self, client: Client) -> None:
        checks = client.get("/health", status=200).json["response"]
        assert {"cache", "database"} <= set(checks)
        assert set(checks.values()) == {"ok"}

    def test_something_fails(self, lab: Callable[..., Client]) -> None:
        def broken(registry: Any) -> None:
            raise RuntimeError("the password is hunter2")

        def include(config: Configurator) -> None:
            config.add_health_check("mill", broken)
            config.add_health_check("well", lambda registry: None)

        answer = lab(include).get("/health", status=503)
        assert answer.json["code"] == "unhealthy"
        assert answer.json["response"] == "Not working: mill."
        assert answer.json["checks"]["mill"] == "failed"
        assert answer.json["checks"]["well"] == "ok"
        assert answer.headers["Retry-After"]
        assert "hunter2" not in answer.text

    def test_is_not_limited(self, lab: Callable[..., Client]) -> None:
        site = lab(settings={"pulsar.rate_limits": "true", "pulsar.rate_limit_anonymous": "1/60"})
        for _ in range(3):
            site.get("/health", status=200)


class TestSiteUrl:
    @pytest.mark.parametrize(
        ("configured", "url"),
        [
            ("", "http://localhost"),
            ("https://pulsar.example.org", "https://pulsar.example.org"),
            ("https://pulsar.example.org/", "https://pulsar.example.org"),
        ],
    )
    def test(self, lab: Callable[..., Client], configured: str, url: str) -> None:
        seen = []

        def look(event: Any) -> None:
            seen.append(site_url(event.request))

        site = lab(
            lambda config: config.add_subscriber(look, "pyramid.interfaces.IContextFound"),
            settings={"pulsar.site_url": configured},
        )
        site.get("/", status=200)
        assert seen == [url]
