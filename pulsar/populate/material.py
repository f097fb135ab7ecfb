"""Material for populators: seeded random numbers, amounts, times, names and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from random import Random

_FIRST, _SECOND, _WORDS = (
    text.split()
    for text in (
        "amber brisk calm dapper eager fuzzy gentle hazy icy jolly keen lucky mellow nimble odd "
        "plucky quiet rusty silent tidy upbeat vivid witty young zesty",
        "badger comet dynamo ember falcon gecko harbor island jackal kettle lantern meadow nebula "
        "otter pebble quasar raven signal tundra umbra violet walrus xenon yonder zephyr",
        "after a all and archive before best by clear copy edition every first for from full good "
        "in it last later little long made many new of old on one original part quality rare "
        "record sound source the this time to version was well with year",
    )
)


def seeded(name: str) -> Random:
    """Return a random generator that yields the same numbers for the same name in every run."""
    return Random(f"pulsar {name}")  # noqa: S311  # nothing here is secret


def scaled(number: int, scale: float, minimum: int = 1) -> int:
    """Return the scaled number, but at least the minimum."""
    return max(minimum, round(number * scale))


def moment(chance: Random, first: datetime, last: datetime) -> datetime:
    """Return a time between two others, in whole seconds."""
    seconds = max(0, int((last - first).total_seconds()))
    return first + timedelta(seconds=chance.randint(0, seconds))


def usernames(chance: Random) -> Iterator[str]:
    """Yield an endless series of different usernames, first without numbers, then with them."""
    pairs = [f"{first}_{second}" for first, second in product(_FIRST, _SECOND)]
    chance.shuffle(pairs)
    yield from pairs
    number = 2
    while True:
        yield from (f"{pair}{number}" for pair in pairs)
        number += 1


def title(chance: Random) -> str:
    """Return two or three capitalized words."""
    words = [chance.choice(_FIRST), chance.choice(_SECOND)]
    if chance.random() < 0.4:
        words = ["the", *words]
    return " ".join(words).title()


def sentence(chance: Random) -> str:
    """Return words that look like a sentence."""
    text = " ".join(chance.choices(_WORDS, k=chance.randint(4, 12)))
    return f"{text.capitalize()}."


def paragraph(chance: Random) -> str:
    return " ".join(sentence(chance) for _ in range(chance.randint(1, 5)))
