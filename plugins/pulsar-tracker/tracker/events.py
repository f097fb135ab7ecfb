"""What clients did, for subscribers in the transaction that writes it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from zope.interface import implementer

from .interfaces import IImplausibleClaim, IPeerEvent, IPeerStarted, IPeerStopped, ISnatched


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    session: Session
    user_id: int
    torrent_id: int
    peer_id: bytes
    time: float


@implementer(ISnatched)
@dataclass(frozen=True, slots=True, kw_only=True)
class Snatched(_Event):
    """A member completed a torrent for the first time."""

    uploaded: int
    downloaded: int


@implementer(IPeerStarted)
@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStarted(_Event):
    """A client began to share a torrent."""

    left: int


@implementer(IPeerStopped)
@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStopped(_Event):
    """A client stopped sharing a torrent, or was dropped."""

    silent: bool


@implementer(IImplausibleClaim)
@dataclass(frozen=True, slots=True, kw_only=True)
class ImplausibleClaim(_Event):
    """A client claims more bytes than is possible."""

    uploaded: int
    downloaded: int


Event = Snatched | PeerStarted | PeerStopped | ImplausibleClaim
#: The interface of each kind, which subscribers name.
EVENTS: dict[type[Event], type[IPeerEvent]] = {
    Snatched: ISnatched,
    PeerStarted: IPeerStarted,
    PeerStopped: IPeerStopped,
    ImplausibleClaim: IImplausibleClaim,
}
