"""The sample revisions of rules."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from site_rules.models import RuleRevision


@pytest.fixture
def staff_of_it(populated: Any) -> Client:
    """A client of a member of staff of the populated site."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        return Client(populated, Factory(session).key(Factory(session).staff("rules.staff")))


class TestPopulate:
    def test_history(self, populated: Any) -> None:
        with populated.registry.getUtility(IDatabase).session() as session:
            query = select(RuleRevision).order_by(RuleRevision.number)
            of_file, first, second = session.scalars(query)
            assert [revision.number for revision in (of_file, first, second)] == [0, 1, 2]
            assert (of_file.time, of_file.editor_id) == (None, None)
            assert first.time < second.time
            assert session.get(User, first.editor_id) is not None
            assert first.rules[:-1] == second.rules[:-1] == of_file.rules

    def test_it_is_shown(self, staff_of_it: Client) -> None:
        section = staff_of_it.get("/rules", status=200).json["response"][0]["id"]
        rules = [
            rule
            for rule in staff_of_it.get("/rules", status=200).json["response"]
            if rule["revision"] == 2
        ]
        assert len(rules) == 1, section
        path = f"/rules/{rules[0]['id']}/revisions/2/diff"
        kinds = [line["kind"] for line in staff_of_it.get(path).json["response"]["lines"]]
        assert (kinds.count("removed"), kinds.count("added")) == (1, 1)
