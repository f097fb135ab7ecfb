"""The dashboard and the alert rules in ``deploy/`` use metrics that ``/metrics`` has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from pulsar.interfaces import IHealthCheck, IStatistic
from pulsar.metrics.collecting import Description, describe_metrics
from pulsar.plugins import installed
from pulsar.testing.client import Client

from .conftest import TOKEN

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
RULES = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text())

SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("",), "gauge": ("",)}
#: Labels that Prometheus adds; it renames Pulsar's own label ``job``.
ADDED_LABELS = {"job", "instance", "exported_job", "le"}
OPERATORS = {"and", "or", "unless", "bool", "offset"}
STRING = re.compile(r'"(?:\\.|[^"\\])*"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}")
IDENTIFIER = re.compile(r"\b[a-zA-Z_:][\w:]*\b(?!\s*\()")


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels without the titles of rows."""
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    """Every PromQL expression."""
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])
    yield from (rule["expr"] for rule in rules())


def metric_names(expression: str) -> set[str]:
    """Return the metrics that a PromQL expression reads."""
    text = STRING.sub("", expression)
    for pattern in (GROUPING, re.compile(r"\{[^}]*\}"), re.compile(r"\[[^\]]*\]")):
        text = pattern.sub(" ", text)
    return set(IDENTIFIER.findall(text)) - OPERATORS


def label_names(expression: str) -> set[str]:
    """Return the labels by which a PromQL expression selects and groups."""
    text = STRING.sub("", expression)
    selected = [line for _, selector in SELECTOR.findall(text) for line in selector.split(",")]
    grouped = [line for grouping in GROUPING.findall(text) for line in grouping.split(",")]
    return {re.split(r"[=!]", item)[0].strip() for item in (*selected, *grouped)} - {""}


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Client:
    """A site with every plugin."""
    plugins = " ".join(installed())
    return Client(make_site(**{"pulsar.metrics_token": TOKEN, "pulsar.plugins": plugins}))


@pytest.fixture
def families(site: Client) -> set[tuple[str, str]]:
    """Return the families in ``/metrics``: name and type.

    prometheus_client adds the creation time of each of its own counters, which is ignored.
    """
    answer = site.with_authorization(f"Bearer {TOKEN}").get("/metrics", status=200)
    return {
        (f"{family.name}_total" if family.type == "counter" else family.name, family.type)
        for family in text_string_to_metric_families(answer.text)
        if not family.name.endswith("_created")
    }


@pytest.fixture
def described(site: Client) -> list[Description]:
    """Return the metrics of the reference page."""
    return describe_metrics(site.app.registry)


class TestParsing:
    def test_names_and_labels(self) -> None:
        expression = 'sum by (le, x) (rate(a_total{job=~"b c",d!="e"}[5m])) / f and time() > 0.5'
        assert metric_names(expression) == {"a_total", "f"}
        assert label_names(expression) == {"le", "x", "job", "d"}


class TestNames:
    def test_every_one_is_printed(self, families: set[tuple[str, str]]) -> None:
        printed = {f"{name}{suffix}" for name, type_ in families for suffix in SUFFIXES[type_]}
        read = {name for expression in expressions() for name in metric_names(expression)}
        assert read - printed == {"up"}

    def test_labels_are_of_the_metrics(self, described: list[Description]) -> None:
        labels = {
            f"{metric.name}{suffix}": set(metric.labels)
            for metric in described
            for suffix in SUFFIXES[metric.type]
        }
        for expression in expressions():
            own = set().union(*(labels.get(name, set()) for name in metric_names(expression)))
            assert label_names(expression) - own - ADDED_LABELS == set(), expression

    def test_checks_and_statistics(self, site: Client) -> None:
        text = " ".join(expressions())
        declared = {
            label: {name for name, _ in site.app.registry.getUtilitiesFor(interface)}
            for label, interface in (("check", IHealthCheck), ("name", IStatistic))
        }
        for label, values in re.findall(r'\b(check|name)[=!]~?"([^"]*)"', text):
            assert set(values.split("|")) - declared[label] == set()

    def test_every_family_is_described(
        self, families: set[tuple[str, str]], described: list[Description]
    ) -> None:
        assert {(metric.name, metric.type) for metric in described} == families

    def test_every_metric_of_a_process_is_on_the_dashboard(
        self, described: list[Description]
    ) -> None:
        text = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
        assert [metric.name for metric in described if metric.name not in text] == []


class TestFiles:
    def test_panels_can_be_told_apart(self) -> None:
        ids = [panel["id"] for panel in DASHBOARD["panels"]]
        assert len(ids) == len(set(ids))
        titles = [panel["title"] for panel in panels()]
        assert len(titles) == len(set(titles))

    def test_panels_do_not_overlap(self) -> None:
        cells = [
            (x, y)
            for position in (panel["gridPos"] for panel in DASHBOARD["panels"])
            for x in range(position["x"], position["x"] + position["w"])
            for y in range(position["y"], position["y"] + position["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24

    def test_alerts_say_what_is_wrong(self) -> None:
        assert len({rule["alert"] for rule in rules()}) == len(rules())
        for rule in rules():
            assert rule["labels"]["severity"] in {"warning", "critical"}
            assert rule["annotations"]["summary"].endswith(".")
