"""The site whose tracker is measured: a database on PostgreSQL of its own, with its policies on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.moderation.bans import ends
from pulsar.moderation.models import IPBan
from pulsar.populate.rows import put
from pulsar.testing import backends
from pulsar.testing.backends import Backend

from . import directory, site

#: The name of the database ends with it.
_WORKER = "announce"
_BANS = 1_000
_DENIED = "-XL -SD -XF -BN -QD -FD -DT -TS -UW -MG"


@dataclass(frozen=True, slots=True)
class Site:
    """The settings of the site, and what its members announce with."""

    settings: dict[str, str]
    passkeys: list[str]
    info_hashes: list[bytes]


def find_backend() -> Backend | None:
    """PostgreSQL and Redis, or None if they do not answer."""
    return backends.answering(_WORKER)


@contextmanager
def made(backend: Backend, folder: Path, members: int, torrents: int) -> Iterator[Site]:
    """Make the site, with its journal in the folder, and drop it afterwards."""
    backends.create_database(backend.url)
    backends.forget_redis(backend)
    try:
        settings = site.settings(folder) | backend.settings | _settings(folder)
        site.migrate(settings)
        engine = create_engine(backend.url)
        directory.fill(engine, members, torrents)
        with Session(engine) as session:
            put(session, IPBan, (_ban(number) for number in range(_BANS)))
            session.commit()
        engine.dispose()
        yield Site(
            settings,
            [
                md5(f"m{number}".encode(), usedforsecurity=False).hexdigest()
                for number in range(1, members + 1)
                # The others are disabled.
                if number % 50
            ],
            [sha256(str(number).encode()).digest()[:20] for number in range(1, torrents + 1)],
        )
    finally:
        backends.drop_database(backend.url)
        backends.forget_redis(backend)


def _settings(folder: Path) -> dict[str, str]:
    return {
        "pulsar.var": str(folder),
        "pulsar.rate_limits": "true",
        "pulsar.metrics_token": "*",
        # Each announce moves counters, however soon it comes after the one before.
        "tracker.min_interval": "0",
        "tracker.max_speed": "1024 TiB",
        "tracker.denied_clients": _DENIED,
        "tracker.numwant": "50",
    }


def _ban(number: int) -> dict[str, object]:
    network, first, last = ends(f"198.18.{number // 250}.{number % 250}")
    return {
        "network": network,
        "first": first,
        "last": last,
        "reason": "",
        "created": utcnow(),
    }
