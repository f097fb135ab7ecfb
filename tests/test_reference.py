"""The reference pages that the documentation generates from the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from pyramid.interfaces import IRequestFactory

from pulsar.openapi.describe import describe
from pulsar.request import Request

EXTENSION = Path(__file__).parents[1] / "docs" / "extensions" / "pulsar_reference.py"


@pytest.fixture(scope="module")
def reference() -> Any:
    """The Sphinx extension."""
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("pulsar_reference", EXTENSION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestMetrics:
    def test_each_is_a_row(self, reference: Any) -> None:
        lines = list(object.__new__(reference.Metrics).lines())
        for row in (
            "| `pulsar_request_seconds` | histogram | `method`, `resource`, `status` |",
            "| `pulsar_mails_total` | counter | `result` |",
            "| `pulsar_tracker_swarms` | gauge |  |",
        ):
            assert [line for line in lines if line.startswith(row)], row


class TestInterfaces:
    def test_those_of_packages_are_there(self, reference: Any) -> None:
        lines = list(object.__new__(reference.Interfaces).lines())
        for row in ("`IDatabase`", "## In `pulsar.users.interfaces`", "`IUser`", "`IComment`"):
            assert row in lines
        definitions = [line for line in lines if line.startswith("`")]
        assert len(definitions) == len(set(definitions))


class TestRequestMembers:
    def test_each_is_a_row(self, reference: Any) -> None:
        lines = list(object.__new__(reference.RequestMembers).lines())
        for row in (
            "| `request.db` | `Session` | The database session",
            "| `request.caller` | `Identity` | ",
            "| `request.find_service(provides)` | `Service` | ",
        ):
            assert [line for line in lines if line.startswith(row)], row

    def test_all_are_there(self, reference: Any, registry: Any) -> None:
        """Requests of the application have all attributes that the class declares."""
        request_class = registry.getUtility(IRequestFactory)
        names = {name.partition("(")[0] for name, _, _ in reference.members(Request)}
        # pyramid_tm, the deriver of schemas and the router set these on the request itself.
        set_later = {"tm", "validated", "registry"}
        assert {name for name in names - set_later if not hasattr(request_class, name)} == set()


class TestEndpoints:
    @pytest.fixture
    def lines(self, reference: Any) -> list[str]:
        directive = object.__new__(reference.Endpoints)
        return list(directive.lines())

    def test_they_are_in_the_groups_of_the_page(self, reference: Any, lines: list[str]) -> None:
        titles = [tag["name"] for tag in describe(reference.registry())["tags"]]
        assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == titles

    def test_each_is_a_definition(self, lines: list[str]) -> None:
        """In a table next to the paths, the other columns would be one letter wide."""
        assert [line for line in lines if line.startswith("|")] == []
        place = lines.index("`GET /torrents/{torrent_id}/download`")
        assert lines[place + 1].startswith(": ")
        assert lines[place + 1].endswith("Needs `torrents_download`.")
