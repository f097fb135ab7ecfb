"""The beginning and the end of a request's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from transaction.interfaces import AlreadyInTransaction, NoTransaction

from pulsar.framework.transactions import manager


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    with pytest.raises(NoTransaction):
        manager.get()


class Joined:
    """A data manager that records its calls."""

    transaction_manager = manager

    def __init__(self) -> None:
        self.told: list[str] = []

    def sortKey(self) -> str:  # noqa: N802
        return "joined"

    def __getattr__(self, name: str) -> Any:
        return lambda transaction: self.told.append(name)


class TestManager:
    def test_nothing_begins_that_nobody_asks_for(self) -> None:
        for end in (manager.commit, manager.abort):
            manager.begin()
            assert not manager.manager.begun
            assert not manager.isDoomed()
            end()

    @pytest.mark.parametrize("asked", [False, True])
    def test_one_at_a_time(self, asked: bool) -> None:
        manager.begin()
        if asked:
            manager.get()
        with pytest.raises(AlreadyInTransaction):
            manager.begin()
        manager.abort()

    @pytest.mark.parametrize(
        ("end", "told"),
        [("commit", ["tpc_begin", "commit", "tpc_vote", "tpc_finish"]), ("abort", ["abort"])],
    )
    def test_what_joined_is_told(self, end: str, told: list[str]) -> None:
        joined = Joined()
        manager.begin()
        manager.get().join(joined)
        assert manager.get() is manager.get()
        getattr(manager, end)()
        assert joined.told == told

    def test_hooks(self) -> None:
        called: list[bool] = []
        manager.begin()
        manager.get().addAfterCommitHook(called.append)
        manager.commit()
        assert called == [True]

    def test_doomed(self) -> None:
        manager.begin()
        manager.doom()
        assert manager.isDoomed()
        manager.abort()

    def test_outside(self) -> None:
        for ask in (manager.get, manager.commit, manager.abort, manager.isDoomed):
            with pytest.raises(NoTransaction):
                ask()
