"""Rates and refusals that plugins decide on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from pulsar.registry import Registry

from ..interfaces import ILeechPolicy, IRates, ITorrentPolicy
from ..protocol.errors import TrackerError


class Rates(NamedTuple):
    """How much of a torrent's traffic is credited, in percent.

    Freeleech is ``download=0``, neutral is both 0, double upload is ``upload=200``.
    """

    upload: int = 100
    download: int = 100


@dataclass(frozen=True, slots=True)
class Policies:
    """All providers of rates and refusals, which are asked in bulk."""

    rates: Sequence[IRates] = ()
    leech: Sequence[ILeechPolicy] = ()
    torrents: Sequence[ITorrentPolicy] = ()

    @classmethod
    def of(cls, registry: Registry) -> Policies:
        """The utilities that are registered."""
        return cls(
            tuple(registry.getAllUtilitiesRegisteredFor(IRates)),
            tuple(registry.getAllUtilitiesRegisteredFor(ILeechPolicy)),
            tuple(registry.getAllUtilitiesRegisteredFor(ITorrentPolicy)),
        )

    def rates_of(self, session: Session, ids: Collection[int] | None) -> Mapping[int, Rates]:
        """The rates that are not 100 %; of several, the best for the member."""
        best: dict[int, Rates] = {}
        for provider in self.rates:
            for torrent_id, rates in provider.rates(session, ids).items():
                other = best.get(torrent_id, rates)
                best[torrent_id] = Rates(
                    max(rates.upload, other.upload), min(rates.download, other.download)
                )
        return best

    def leech_refusals(
        self, session: Session, ids: Collection[int] | None
    ) -> Mapping[int, TrackerError]:
        """The members who must not download; of several reasons, that of the first policy."""
        return _first([policy.refusals(session, ids) for policy in self.leech])

    def torrent_refusals(
        self, session: Session, ids: Collection[int] | None
    ) -> Mapping[int, TrackerError]:
        """The torrents that nobody may announce; of several reasons, that of the first policy."""
        return _first([policy.refusals(session, ids) for policy in self.torrents])


def _first(answers: Sequence[Mapping[int, TrackerError]]) -> Mapping[int, TrackerError]:
    refusals: dict[int, TrackerError] = {}
    for answer in reversed(answers):
        refusals.update(answer)
    return refusals
