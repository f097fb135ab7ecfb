"""Work after the commit."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
import transaction

from pulsar.deferred import Deferred


@pytest.fixture
def tm() -> Any:
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    return manager


@pytest.fixture
def request_(tm: Any) -> Any:
    return SimpleNamespace(tm=tm)


class TestInline:
    def test_after_the_commit(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        Deferred(inline=True).after_commit(request_, lambda: done.append(1))
        assert not done
        tm.commit()
        assert done == [1]

    def test_not_after_an_abort(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        Deferred(inline=True).after_commit(request_, lambda: done.append(1))
        tm.abort()
        assert not done

    def test_not_after_a_commit_that_failed(self, tm: Any, request_: Any) -> None:
        def refuse() -> None:
            raise RuntimeError("the commit fails")

        done: list[int] = []
        Deferred(inline=True).after_commit(request_, lambda: done.append(1))
        tm.get().addBeforeCommitHook(refuse)
        with pytest.raises(RuntimeError, match="the commit fails"):
            tm.commit()
        tm.abort()
        assert not done

    def test_failure_stays_inside(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        deferred = Deferred(inline=True)
        deferred.after_commit(request_, lambda: done.append(1 // 0))
        deferred.after_commit(request_, lambda: done.append(2))
        tm.commit()
        assert done == [2]


class TestThread:
    def test_does_not_hold_up_the_commit(self, tm: Any, request_: Any) -> None:
        go_on = threading.Event()
        ran_in: list[threading.Thread] = []

        def work() -> None:
            go_on.wait(10)
            ran_in.append(threading.current_thread())

        deferred = Deferred()
        deferred.after_commit(request_, work)
        tm.commit()
        assert not ran_in
        go_on.set()
        deferred.stop()
        assert ran_in
        assert ran_in[0] is not threading.current_thread()

    def test_in_order_and_to_the_end(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        deferred = Deferred()
        for number in range(50):
            deferred.after_commit(request_, lambda number=number: done.append(number))
        tm.commit()
        deferred.stop()
        assert done == list(range(50))

    def test_outlives_a_failure(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        deferred = Deferred()
        deferred.after_commit(request_, lambda: done.append(1 // 0))
        deferred.after_commit(request_, lambda: done.append(2))
        tm.commit()
        deferred.stop()
        assert done == [2]

    def test_again_after_it_was_stopped(self, tm: Any, request_: Any) -> None:
        done: list[int] = []
        deferred = Deferred()
        for number in range(2):
            deferred.after_commit(request_, lambda number=number: done.append(number))
            tm.commit()
            deferred.stop()
            tm.begin()
        assert done == [0, 1]

    def test_has_no_thread_without_work(self) -> None:
        before = threading.active_count()
        Deferred().stop()
        assert threading.active_count() == before

    def test_what_is_too_much_is_dropped(
        self, tm: Any, request_: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pulsar.deferred._MOST", 2)
        go_on, begun = threading.Event(), threading.Event()
        done: list[int] = []

        def slow() -> None:
            begun.set()
            go_on.wait(10)

        deferred = Deferred()
        deferred.after_commit(request_, slow)
        tm.commit()
        assert begun.wait(10)
        tm.begin()
        for number in range(5):
            deferred.after_commit(request_, lambda number=number: done.append(number))
        tm.commit()
        go_on.set()
        deferred.stop()
        assert done == [0, 1]
