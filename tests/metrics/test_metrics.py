"""``GET /metrics``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.interfaces import ICache
from pulsar.jobs.models import JobRun
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

from .conftest import TOKEN

Read = Callable[[Client], dict[tuple[str, ...], float]]


class TestAccess:
    def test_with_the_token(self, site: Client) -> None:
        answer = site.with_authorization(f"Bearer {TOKEN}").get("/metrics", status=200)
        assert answer.headers["Content-Type"].startswith("text/plain; version=")

    @pytest.mark.parametrize("value", [None, "Bearer", "Bearer x", f"Token {TOKEN}", TOKEN, "é"])
    def test_with_anything_else(self, site: Client, value: str | None) -> None:
        caller = site if value is None else site.with_authorization(value)
        assert caller.get("/metrics", status=404).json["code"] == "not_found"

    def test_with_a_key(self, site: Client, factory: Factory) -> None:
        site.as_key(factory.key(factory.staff())).get("/metrics", status=404)

    def test_it_is_off_by_default(self, lab: Callable[..., Client]) -> None:
        for value in ("Bearer ", "Bearer *"):
            lab().with_authorization(value).get("/metrics", status=404)

    def test_for_everybody(self, lab: Callable[..., Client]) -> None:
        lab(settings={"pulsar.metrics_token": "*"}).get("/metrics", status=200)


class TestRequests:
    NAME = "pulsar_request_seconds_count"

    def test_by_method_resource_and_status(
        self, site: Client, read: Read, factory: Factory
    ) -> None:
        caller = site.as_key(factory.key(factory.user()))
        labels = [("GET", "Me", "200"), ("POST", "Users", "400"), ("OPTIONS", "none", "204")]
        before = read(site)
        for _ in range(2):
            caller.get("/users/me", status=200)
        site.post("/users", {}, status=400)
        site.request("OPTIONS", "/users", status=204)
        after = read(site)
        grown = [after[self.NAME, *label] - before.get((self.NAME, *label), 0) for label in labels]
        assert grown == [2, 1, 1]

    @pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
    def test_callers_make_no_figures(self, site: Client, read: Read) -> None:
        """Requests of any kind create no new metrics."""

        def ask(turn: str) -> None:
            for path in (f"/{turn}", f"/users/{turn}", f"/users/me/{turn}?{turn}", f"/%FF{turn}"):
                for method in ("GET", "POST", f"M{turn}"):
                    site.request(method, path)

        ask("a")
        before = read(site).keys()
        for turn in ("b", "c", "d"):
            ask(turn)
        assert {
            name for name in read(site).keys() - before if "MetricsResource" not in name
        } == set()
        assert any("other" in name for name in before)


class TestCache:
    def test_lookups(self, site: Client, read: Read) -> None:
        cache = site.app.registry.getUtility(ICache)
        read(site)
        before = read(site)
        cache.get("nothing")
        cache.put("something", 1, 60, (), cache.token())
        for _ in range(2):
            cache.get("something")
        after = read(site)
        name = "pulsar_cache_lookups_total"
        # The metrics page itself finds one more copy, that of the statistics.
        assert after[name, "hit"] - before[name, "hit"] == 3
        assert after[name, "miss"] - before[name, "miss"] == 1


class TestDatabase:
    def test_statements(self, real: Client, read: Read) -> None:
        before = read(real)
        real.as_key("x" * 42).get("/users/me", status=401)
        after = read(real)
        assert after["pulsar_sql_statements_total",] > before["pulsar_sql_statements_total",]
        assert after["pulsar_sql_seconds_total",] > before["pulsar_sql_seconds_total",]

    def test_connections(self, real: Client, read: Read) -> None:
        figures = read(real)
        assert figures["pulsar_database_connections", "idle"] >= 1
        assert figures["pulsar_database_connections", "used"] == 0


class TestJobs:
    def test_last_runs(self, site: Client, read: Read, db: Session) -> None:
        now = utcnow()
        for name, status in (
            *(("promotion", "failed"), ("promotion", "succeeded")),
            *(("expire_invites", "succeeded"), ("expire_invites", "failed")),
            *(("forget_addresses", "running"), ("of_nobody", "failed")),
        ):
            finished = None if status == "running" else now
            db.add(JobRun(name=name, holder="x", started=now, finished=finished, status=status))
            db.flush()
        db.commit()
        figures = read(site)
        failed = {
            labels[0]: figures[name, *labels]
            for name, *labels in figures
            if name == "pulsar_job_failed"
        }
        assert failed == {"promotion": 0, "expire_invites": 1}
        ended = figures["pulsar_job_finished_timestamp_seconds", "expire_invites"]
        assert abs(ended - now.timestamp()) < 1


class TestPlugins:
    def test_figures(self, lab: Callable[..., Client], read: Read) -> None:
        def include(config: Configurator) -> None:
            config.add_metric("lab_size", "How large.", lambda registry: 7)
            config.add_metric(
                "lab_things", "How many.", lambda registry: {"b": 2, "a": 1.5}, label="kind"
            )

        figures = read(lab(include, settings={"pulsar.metrics_token": TOKEN}))
        assert figures["pulsar_lab_size",] == 7
        assert (figures["pulsar_lab_things", "a"], figures["pulsar_lab_things", "b"]) == (1.5, 2)

    def test_statistics(self, site: Client, read: Read, factory: Factory) -> None:
        factory.user()
        assert read(site)["pulsar_statistic", "users"] >= 1

    def test_without_the_database(self, lab: Callable[..., Client], read: Read) -> None:
        def fail(registry: Any) -> float:
            raise OperationalError("SELECT", {}, Exception("away"))

        def include(config: Configurator) -> None:
            config.add_metric("lab_lost", "Nobody knows.", fail)

        figures = read(lab(include, settings={"pulsar.metrics_token": TOKEN}))
        assert ("pulsar_lab_lost",) not in figures
        assert ("pulsar_cache_lookups_total", "hit") in figures

    @pytest.mark.parametrize("name", ["", "a-b", "A", "_a", "a__b", "ä"])
    def test_bad_names(self, bare: Callable[..., Client], name: str) -> None:
        with pytest.raises(ConfigurationError, match="Metric name"):
            bare(lambda config: config.add_metric(name, "What.", lambda registry: 1))

    def test_one_name_twice(self, bare: Callable[..., Client]) -> None:
        with pytest.raises(ConfigurationConflictError, match="pulsar metric"):
            bare(lambda config: (config.include(large), config.include(small)))


def large(config: Configurator) -> None:
    config.add_metric("lab_size", "How large.", lambda registry: 7)


def small(config: Configurator) -> None:
    config.add_metric("lab_size", "How small.", lambda registry: 1)
