"""Makes Pyramid configure the applications of tests in two thirds of the time.

It avoids work that Pyramid repeats for every view of every application, with the same results.
"""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from types import SimpleNamespace
from typing import Any

import pytest
from pyramid.util import TopologicalSorter

#: The number of signatures to keep.
_SIGNATURES = 4096
Frame = tuple[str, int, str, str]


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Replace the functions that Pyramid calls again and again with the same arguments."""
    for name in ("add", "remove"):
        patch.setattr(TopologicalSorter, name, _discarding_result(getattr(TopologicalSorter, name)))
    patch.setattr(TopologicalSorter, "sorted", _keeping_result(TopologicalSorter.sorted))
    patch.setattr("pyramid.config.actions.traceback", SimpleNamespace(extract_stack=extract_stack))
    names = {name: getattr(inspect, name) for name in inspect.__all__}
    names["getfullargspec"] = lru_cache(_SIGNATURES)(inspect.getfullargspec)
    patch.setattr("pyramid.util.inspect", SimpleNamespace(**names))


def extract_stack(limit: int) -> list[Frame]:
    """The caller's innermost frames, as ``traceback.extract_stack`` returns them.

    It does not ask the file system each time whether the sources have changed.
    """
    frame = sys._getframe(1)
    stack: list[Frame] = []
    while frame is not None and len(stack) < limit:
        code, number = frame.f_code, frame.f_lineno
        line = linecache.getline(code.co_filename, number, frame.f_globals).strip()
        stack.append((code.co_filename, number, code.co_name, line))
        frame = frame.f_back  # type: ignore[assignment]
    return stack[::-1]


def _keeping_result(sort: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """Keep the result, since Pyramid sorts the same view derivers for every view."""

    @wraps(sort)
    def call(self: Any) -> list[Any]:
        if "_sorted_values" not in self.__dict__:
            self._sorted_values = sort(self)
        return list(self._sorted_values)

    return call


def _discarding_result(change: Callable[..., None]) -> Callable[..., None]:
    """Discard the result of sorting before the change."""

    @wraps(change)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_sorted_values", None)
        change(self, *args, **kwargs)

    return call
