"""Swarm stores and announces for the tests that every store must pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tracker.accounting import Ledger
from tracker.protocol.addresses import pack_endpoint
from tracker.swarms.memory import MemorySwarmStore
from tracker.swarms.types import Peer, SwarmRules

STORES: dict[str, Callable[[SwarmRules], Any]] = {
    "memory": lambda rules: MemorySwarmStore(Ledger(), rules),
}


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Make an empty ISwarmStore that goes by the rules given as keywords."""

    def make(**rules: Any) -> Any:
        return STORES[request.param](SwarmRules(**rules))

    return make


@pytest.fixture
def store(make_store: Callable[..., Any]) -> Any:
    """An empty store that goes by the usual rules."""
    return make_store()


@pytest.fixture
def peer() -> Callable[..., Peer]:
    """Make the announce of a peer; each `client` of a user is another peer id and port."""

    def make(
        user_id: int = 1,
        client: int = 0,
        *,
        uploaded: int = 0,
        downloaded: int = 0,
        left: int = 1000,
        event: Any = "",
        family: Any = 4,
        both: bool = False,
        port: int | None = None,
    ) -> Peer:
        port = port if port is not None else 6000 + client
        address4 = f"10.{user_id >> 16 & 255}.{user_id >> 8 & 255}.{user_id & 255}"
        endpoint4 = pack_endpoint(address4, port)
        endpoint6 = pack_endpoint(f"2a00::{user_id:x}", port)
        return Peer(
            user_id=user_id,
            peer_id=b"-XX0001-%06d%06d" % (user_id, client),
            endpoint4=endpoint4 if both or family == 4 else None,
            endpoint6=endpoint6 if both or family == 6 else None,
            family=family,
            uploaded=uploaded,
            downloaded=downloaded,
            left=left,
            event=event,
        )

    return make
