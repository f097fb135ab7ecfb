"""``config.add_counter``, and the counters of the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from pyramid.request import Request
from zope.interface import Interface, implementer

from pulsar.errors import ApiError
from pulsar.interfaces import IRoot
from pulsar.metrics import count
from pulsar.security import PUBLIC
from pulsar.serialization import Message
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

from .conftest import TOKEN

Read = Callable[[Client], dict[tuple[str, ...], float]]


class IThingMoved(Interface):
    """A thing was moved."""


@implementer(IThingMoved)
@dataclass
class ThingMoved:
    request: Request


def move(context: Any, request: Request) -> str:
    request.registry.notify(ThingMoved(request))
    if "fail" in request.GET:
        raise ApiError("It did not move after all.")
    return "It moved."


def things(config: Configurator) -> None:
    config.add_counter(
        "lab_changes", "Changes.", label="change", values=("lost",), events={"moved": IThingMoved}
    )
    config.add_counter("lab_seconds", "Time.")
    config.add_view(
        move,
        context=IRoot,
        name="move",
        permission=PUBLIC,
        response=Message(),
        request_method="PUT",
    )


def other_things(config: Configurator) -> None:
    config.add_metric("lab_changes", "Changes, too.", lambda registry: 1)


class TestCounters:
    @pytest.fixture
    def site(self, lab: Callable[..., Client]) -> Client:
        return lab(things, settings={"pulsar.metrics_token": TOKEN})

    def test_what_never_happened(self, site: Client, read: Read) -> None:
        assert read(site)["pulsar_lab_changes_total", "lost"] == 0

    def test_count(self, site: Client, read: Read) -> None:
        before = read(site)
        count(site.app.registry, "lab_changes", "lost")
        count(site.app.registry, "lab_seconds", amount=1.5)
        after = read(site)
        for name, amount in (
            (("pulsar_lab_changes_total", "lost"), 1),
            (("pulsar_lab_seconds_total",), 1.5),
        ):
            assert after[name] - before[name] == amount

    def test_no_count_is_lost(
        self, site: Client, read: Read, together: Callable[..., list[Any]]
    ) -> None:
        before = read(site)

        def count_often() -> None:
            for _ in range(2000):
                count(site.app.registry, "lab_changes", "lost")

        together(*[count_often] * 4)
        name = ("pulsar_lab_changes_total", "lost")
        assert read(site)[name] - before[name] == 8000

    def test_events_of_committed_transactions(self, site: Client, read: Read) -> None:
        name = ("pulsar_lab_changes_total", "moved")
        before = read(site)[name]
        site.request("PUT", "/move?fail=1", status=400)
        assert read(site)[name] == before
        site.request("PUT", "/move", status=200)
        assert read(site)[name] == before + 1

    def test_bad_names(self, bare: Callable[..., Client]) -> None:
        with pytest.raises(ConfigurationError, match="Metric name"):
            bare(lambda config: config.add_counter("a-b", "What."))

    def test_events_without_a_label(self, bare: Callable[..., Client]) -> None:
        with pytest.raises(ConfigurationError, match="label"):
            bare(lambda config: config.add_counter("a", "What.", events={"moved": IThingMoved}))

    def test_a_metric_of_the_same_name(self, bare: Callable[..., Client]) -> None:
        with pytest.raises(ConfigurationConflictError, match="pulsar metric"):
            bare(lambda config: (config.include(things), config.include(other_things)))


class TestLimits:
    def test_refusals_by_rule(self, lab: Callable[..., Client], read: Read) -> None:
        site = lab(
            settings={
                "pulsar.metrics_token": TOKEN,
                "pulsar.rate_limits": "yes",
                "pulsar.rate_limit_anonymous": "1/60",
            }
        )
        before = read(site)
        name = ("pulsar_rate_limited_requests_total", "Unauthenticated")
        caller = site.from_address("192.0.2.77")
        caller.get("/", status=200)
        caller.get("/", status=429)
        assert read(site)[name] - before[name] == 1

    def test_wrong_credentials(self, site: Client, read: Read) -> None:
        before = read(site)
        site.as_key("c" * 42).get("/users/me", status=401)
        after = read(site)
        name = ("pulsar_wrong_credentials_total",)
        assert after[name] - before[name] == 1

    def test_failed_logins(self, real: Client, read: Read) -> None:
        before = read(real)
        real.post("/api_keys", {"username": "nobody", "password": "wrong password"}, status=401)
        name = ("pulsar_failed_logins_total",)
        assert read(real)[name] - before[name] == 1


class TestChecks:
    def test_passed_or_not(self, lab: Callable[..., Client], read: Read, factory: Factory) -> None:
        def fail(registry: Any) -> None:
            raise OSError

        def include(config: Configurator) -> None:
            config.add_health_check("lab", fail)

        figures = read(lab(include, settings={"pulsar.metrics_token": TOKEN}))
        assert figures["pulsar_check_passed", "lab"] == 0
        assert figures["pulsar_check_passed", "cache"] == 1
