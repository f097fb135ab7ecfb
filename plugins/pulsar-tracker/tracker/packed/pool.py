"""Endpoints that are handed out in turns."""

from __future__ import annotations

from array import array


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

    def take(self, number: int, own_rows: list[int]) -> tuple[bytes, list[int] | None]:
        """Up to ``number`` endpoints and the slots that they belong to, without ``own_rows``.

        Continues after the last row of the previous call. The slots are None if all rows were
        taken as they lie, see `slots_of`.
        """
        size = len(self.slots)
        if not size or number <= 0:
            return b"", []
        start = self._next if self._next < size else 0
        if not own_rows:
            end = start + (number if number < size else size)
            width = self.width
            if end <= size:
                self._next = end
                return bytes(self.packed[start * width : end * width]), None
            self._next = end = end - size
            return bytes(self.packed[start * width :] + self.packed[: end * width]), None
        return self._take_others(start, size, number, own_rows)

    def slots_of(self, number: int) -> list[int]:
        """The slots of the last ``number`` rows that were taken."""
        size = len(self.slots)
        first = self._next - number
        return [self.slots[row % size] for row in range(first, first + number)]

    def _take_others(
        self, start: int, size: int, number: int, own_rows: list[int]
    ) -> tuple[bytes, list[int]]:
        packed, width = self.packed, self.width
        chosen, slots = bytearray(), []
        row = start
        for _ in range(min(size, number + len(own_rows))):
            if len(slots) == number:
                break
            if row not in own_rows:
                chosen += packed[row * width : (row + 1) * width]
                slots.append(self.slots[row])
            row = row + 1 if row + 1 < size else 0
        self._next = row
        return bytes(chosen), slots
