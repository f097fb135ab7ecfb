"""The credit between the journal and the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..flushing.follow import IFollower, IGroup


class Credit(NamedTuple):
    """Bytes that members get, after the rates of the torrents."""

    uploaded: int = 0
    downloaded: int = 0


class CountingFollower:
    """Counts the credit that was booked in the journal, and what of it was written."""

    def __init__(self, follower: IFollower) -> None:
        self._follower = follower
        self._booked = [0, 0]
        self._read = [0, 0]
        self._written = [0, 0]

    def began(self, uploaded: int, downloaded: int) -> None:
        """Begin with credit that the journal held already."""
        self._booked = [uploaded, downloaded]

    def booked(self, uploaded: int, downloaded: int) -> None:
        """Add credit that goes into the journal."""
        self._booked[0] += uploaded
        self._booked[1] += downloaded

    def read(self, limit: int) -> Sequence[IGroup]:
        """Read the journal."""
        groups = self._follower.read(limit)
        for group in groups:
            for record in group.records:
                self._read[0] += record.credit_up
                self._read[1] += record.credit_down
        return groups

    def written(self) -> None:
        """Everything that was read is in the database."""
        self._written = list(self._read)

    def waiting(self) -> Credit:
        """The credit that is not in the database yet."""
        return Credit(self._booked[0] - self._written[0], self._booked[1] - self._written[1])
