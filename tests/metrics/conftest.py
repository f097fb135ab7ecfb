"""Fixtures of sites with metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pulsar.testing.client import Client

TOKEN = "a token of monitoring"


@pytest.fixture
def read() -> Callable[..., dict[tuple[str, ...], float]]:
    """``read(site)``: the values in ``/metrics``, by name and label values."""

    def parse(site: Client) -> dict[tuple[str, ...], float]:
        answer = site.with_authorization(f"Bearer {TOKEN}").get("/metrics", status=200)
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return parse


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    """A site with a token for monitoring."""
    return lab(settings={"pulsar.metrics_token": TOKEN})


@pytest.fixture
def real(make_site: Callable[..., Any]) -> Client:
    """A site with its own engine."""
    return Client(make_site(**{"pulsar.metrics_token": TOKEN}))
