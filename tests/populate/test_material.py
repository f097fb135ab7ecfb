"""The material of populators."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import colander
import pytest

from pulsar.populate.material import (
    moment,
    paragraph,
    scaled,
    seeded,
    sentence,
    title,
    usernames,
)
from pulsar.users.schemas import username

DAY = datetime(2026, 5, 4, tzinfo=UTC)


class TestSeeded:
    def test_repeats_itself(self) -> None:
        assert seeded("users").random() == seeded("users").random()

    def test_differs_by_name(self) -> None:
        assert seeded("users").random() != seeded("torrents").random()


class TestScaled:
    @pytest.mark.parametrize(
        ("scale", "expected"), [(1.0, 500), (0.1, 50), (2.0, 1000), (0.0001, 5)]
    )
    def test_amount(self, scale: float, expected: int) -> None:
        assert scaled(500, scale, 5) == expected


class TestMoment:
    def test_between(self) -> None:
        chance = seeded("moments")
        moments = [moment(chance, DAY, DAY + timedelta(seconds=2)) for _ in range(50)]
        assert {int((moment - DAY).total_seconds()) for moment in moments} == {0, 1, 2}

    def test_of_no_time(self) -> None:
        assert moment(seeded("moments"), DAY, DAY - timedelta(days=1)) == DAY


class TestUsernames:
    def test_different_and_valid(self) -> None:
        names = list(islice(usernames(seeded("names")), 3_000))
        assert len({name.lower() for name in names}) == 3_000
        for name in names:
            username(colander.SchemaNode(colander.String()), name)


class TestText:
    def test_lengths(self) -> None:
        chance = seeded("text")
        for _ in range(50):
            assert 4 <= len(sentence(chance).split()) <= 12
            assert 2 <= len(title(chance).split()) <= 3
            assert paragraph(chance).endswith(".")
