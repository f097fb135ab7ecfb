"""Examples of peers and snatches, for tests that walk the API."""

from __future__ import annotations

import time

from pulsar.db import utcnow
from pulsar.interfaces import ISecrets
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import World
from torrents.examples import torrent_id, upload

from .models import PeerRow, SnatchRow

examples = Examples()


@examples.parameter("passkey")
def passkey(world: World) -> str:
    service = world.registry.getUtility(ISecrets)
    value: str = service.current(world.db, world.owner.user.id, "passkey")
    world.db.commit()
    return value


@examples.items("/torrents/{torrent_id}/peers")
def peers(world: World, amount: int) -> None:
    """Different members, who seed."""
    for _ in range(amount):
        _seed(world, world.factory.user().id, world.once(torrent_id))


@examples.items("/users/{user_id}/snatches")
@examples.items("/users/{user_id}/seeding")
def activity(world: World, amount: int) -> None:
    """Torrents that the owner completed and seeds."""
    for _ in range(amount):
        _seed(world, world.owner.user.id, _another(world))


@examples.items("/users/me/snatches")
@examples.items("/users/me/seeding")
def own_activity(world: World, amount: int) -> None:
    """Torrents that staff completed and seeds."""
    for _ in range(amount):
        _seed(world, world.staff.user.id, _another(world))


def _another(world: World) -> int:
    return upload(world.owner.client, f"Seeded {world.number()}")


def _seed(world: World, user_id: int, torrent: int) -> None:
    now = utcnow()
    peer = PeerRow(
        torrent_id=torrent,
        user_id=user_id,
        peer_id=f"-TR4060-{world.number():012}".encode(),
        endpoint4=bytes((127, 0, 0, 1, 26, 225)),
        uploaded=0,
        downloaded=0,
        left=0,
        paused=False,
        active=True,
        leeched=False,
        snatched=True,
        joined=time.time(),
        seen=time.time(),
    )
    snatch = SnatchRow(
        torrent_id=torrent,
        user_id=user_id,
        uploaded=0,
        downloaded=0,
        refused_uploaded=0,
        refused_downloaded=0,
        seed_seconds=0,
        snatches=1,
        announces=1,
        left=0,
        first_action=now,
        last_action=now,
        snatched_at=now,
    )
    world.db.add_all([peer, snatch])
    world.db.commit()
