"""Endpoints that are handed out in turns."""

from __future__ import annotations

from array import array
from collections.abc import Collection


class Pool:
    """The endpoints of one address family, side by side as a compact response has them.

    Choosing many is copying a slice, and removing one moves the last one to the gap, so no
    operation depends on the size of the pool. ``slots`` has the slot in the swarm of each row.
    """

    __slots__ = ("_next", "packed", "slots", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.packed = bytearray()
        self.slots = array("I")
        self._next = 0

    def add(self, endpoint: bytes, slot: int) -> int:
        """Append an endpoint and return its row."""
        self.slots.append(slot)
        self.packed += endpoint
        return len(self.slots) - 1

    def remove(self, row: int) -> int | None:
        """Remove a row; returns the slot of the endpoint that moved to it, if one did."""
        width = self.width
        slot = self.slots.pop()
        moved: int | None = None
        if row != len(self.slots):
            self.slots[row] = moved = slot
            self.packed[row * width : (row + 1) * width] = self.packed[-width:]
        del self.packed[-width:]
        return moved

    def endpoint(self, row: int) -> bytes:
        return bytes(self.packed[row * self.width : (row + 1) * self.width])

    def take(self, number: int) -> bytes:
        """Up to ``number`` endpoints; continues after the last row of the previous call."""
        size = len(self.slots)
        start = self._next if self._next < size else 0
        end = start + (number if number < size else size)
        width = self.width
        if end <= size:
            self._next = end
            return bytes(self.packed[start * width : end * width])
        self._next = end = end - size
        return bytes(self.packed[start * width :] + self.packed[: end * width])

    def take_others(self, number: int, own_rows: Collection[int]) -> bytes:
        """Up to ``number`` endpoints in their turn, without some rows of this pool."""
        if len(own_rows) != 1:
            return b"".join([self.endpoint(row) for row in self.take_rows(number, own_rows)])
        # The usual case: a slice, from which one row is cut out if it is there.
        size, width = len(self.slots), self.width
        start = self._next if self._next < size else 0
        span = number + 1 if number < size else size
        chunk = self.packed[start * width : (start + span) * width]
        if start + span > size:
            chunk += self.packed[: (start + span - size) * width]
        (own_row,) = own_rows
        offset = (own_row - start) % size
        if offset < span:
            del chunk[offset * width : (offset + 1) * width]
        elif span > number:
            span = number
            del chunk[number * width :]
        self._next = (start + span) % size
        return bytes(chunk)

    def take_rows(self, number: int, own_rows: Collection[int]) -> list[int]:
        """The rows of up to ``number`` endpoints in their turn, without some rows."""
        size = len(self.slots)
        row = self._next if self._next < size else 0
        rows: list[int] = []
        for _ in range(min(size, number + len(own_rows))):
            if len(rows) == number:
                break
            if row not in own_rows:
                rows.append(row)
            row = row + 1 if row + 1 < size else 0
        self._next = row
        return rows
