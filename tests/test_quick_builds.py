"""Quick builds return what Pyramid returns without them."""

from __future__ import annotations

import inspect
import traceback

import pytest
from pyramid import util
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError
from pyramid.util import TopologicalSorter

from pulsar.testing.quick_builds import extract_stack


class TestSorter:
    def test_is_sorted_again_after_a_change(self) -> None:
        sorter = TopologicalSorter()
        sorter.add("a", 1, after="b")
        sorter.add("b", 2)
        assert sorter.sorted() == sorter.sorted() == [("b", 2), ("a", 1)]
        sorter.add("c", 3, before="b")
        assert sorter.sorted() == [("c", 3), ("b", 2), ("a", 1)]
        sorter.add("c", 4, after="a")
        assert sorter.sorted() == [("b", 2), ("a", 1), ("c", 4)]

    def test_a_list_is_the_callers_own(self) -> None:
        sorter = TopologicalSorter()
        sorter.add("a", 1)
        sorter.sorted().clear()
        assert sorter.sorted() == [("a", 1)]


class TestStack:
    def test_frames(self) -> None:
        stack, expected = extract_stack(limit=3), traceback.extract_stack(limit=3)
        assert stack == [tuple(frame) for frame in expected]

    def test_conflicts_name_both_lines(self) -> None:
        config = Configurator()
        config.add_route("name", "/first")
        config.add_route("name", "/second")
        with pytest.raises(ConfigurationConflictError) as conflict:
            config.commit()
        for path in ("/first", "/second"):
            assert f'config.add_route("name", "{path}")' in str(conflict.value)
        assert __file__ in str(conflict.value)


class TestSignatures:
    def test_of_another_function_is_another(self) -> None:
        for function in (lambda request: None, lambda context, request: None):
            assert util.inspect.getfullargspec(function) == inspect.getfullargspec(function)
