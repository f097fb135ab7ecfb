"""Times in input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import colander
import pytest

from pulsar.openapi.schemas import json_schema
from pulsar.validation import DateTime, Nullable

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class TestDateTime:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2026-01-31T12:00:00Z", NOON),
            ("2026-01-31t12:00z", NOON),
            ("2026-01-31T14:30:00+02:30", NOON),
            ("2026-01-31T12:00:00.5Z", NOON + timedelta(seconds=0.5)),
            ("2026-01-31T12:00:00.000001-00:00", NOON + timedelta(microseconds=1)),
        ],
    )
    def test_moments(self, text: str, moment: datetime) -> None:
        value = DateTime().deserialize(text)
        assert value == moment
        assert value.utcoffset() == timedelta(0)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "now",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31 12:00:00Z",
            "20260131T120000Z",
            "2026-W05-6T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-31T24:00:01Z",
            "2026-01-31T12:00:00+24:00",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00",
            "２026-01-31T12:00:00Z",
            "2026-01-31T12:00:00Z\n",
            1769860800,
            True,
            ["2026-01-31T12:00:00Z"],
        ],
    )
    def test_others(self, value: Any) -> None:
        with pytest.raises(colander.Invalid) as caught:
            DateTime(name="time").deserialize(value)
        assert caught.value.asdict() == {"time": "expected a time like 2026-01-31T12:00:00Z"}

    def test_described(self) -> None:
        described = {"type": "string", "format": "date-time"}
        assert json_schema(DateTime()) == described
        assert json_schema(Nullable(DateTime())) == {"anyOf": [described, {"type": "null"}]}
