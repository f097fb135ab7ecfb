"""The fields in profiles, and the criterion for promotions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.interfaces import IPromotionCriterion
from pulsar.moderation.promotion import promote_and_demote
from pulsar.testing import ABSENT
from pulsar.testing.factories import Factory

MIB = 2**20
NAMES = ("requests_created", "requests_filled", "bounty_spent")


@pytest.fixture
def figures() -> Any:
    """``figures(member)``: the numbers in the member's profile."""

    def read(member: Any) -> tuple[int, ...]:
        user = member.get("/users/me", status=200).json["response"]
        return tuple(user[name] for name in NAMES)

    return read


class TestFields:
    def test_in_step(
        self, ann: Any, bob: Any, cid: Any, moderator: Any, ask: Any, upload: Any, figures: Any
    ) -> None:
        """Each operation updates the cached profiles at once."""
        assert figures(ann) == figures(bob) == (0, 0, 0)
        path = f"/requests/{ask(ann)['id']}"
        assert figures(ann) == (1, 0, 300 * MIB)
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        assert figures(bob) == (0, 0, 100 * MIB)
        cid.get("/users/me")
        cid.post(f"{path}/fill", {"torrent_id": upload(cid)}, status=200)
        assert figures(cid) == (0, 1, 0)
        moderator.delete(f"{path}/fill", {"reason": "No."}, status=200)
        assert figures(cid) == (0, 0, 0)
        moderator.delete(path, {"reason": "No."}, status=200)
        assert figures(ann) == figures(bob) == (0, 0, 0)

    def test_filled_by_oneself(
        self, ann: Any, bob: Any, ask: Any, upload: Any, figures: Any
    ) -> None:
        """Contributions that come back to the member by filling are not spent."""
        path = f"/requests/{ask(ann)['id']}"
        bob.post(f"{path}/votes", {"amount": 100 * MIB}, status=200)
        ann.post(f"{path}/fill", {"torrent_id": upload(ann)}, status=200)
        assert figures(ann) == (1, 1, 0)
        assert figures(bob) == (0, 0, 100 * MIB)

    def test_of_others(self, ann: Any, bob: Any, join: Any, ask: Any) -> None:
        ask(ann)
        user = bob.get(f"/users/{ann.user_id}", status=200).json["response"]
        assert [user[name] for name in NAMES] == [1, 0, 300 * MIB]
        blind = join(denials=("requests_view",))
        assert not set(NAMES) & set(blind.get(f"/users/{ann.user_id}").json["response"])
        assert set(NAMES) < set(blind.get("/users/me").json["response"])


class TestBountySpent:
    def test_promotes(self, registry: Any, ann: Any, bob: Any, ask: Any, factory: Factory) -> None:
        rule = {"from": 1, "require": {"bounty_spent": 400 * MIB}}
        factory.user_class("Patron", rank=10, promotion=rule)
        request_id = ask(ann)["id"]
        promote_and_demote(registry)
        assert ann.get("/users/me").json["response"]["user_class"] == "User"
        ann.post(f"/requests/{request_id}/votes", {"amount": 100 * MIB}, status=200)
        promote_and_demote(registry)
        assert ann.get("/users/me").json["response"]["user_class"] == "Patron"
        assert bob.get("/users/me").json["response"]["user_class"] == "User"

    def test_one_statement(
        self, registry: Any, ann: Any, bob: Any, ask: Any, db: Session, count_sql: Any
    ) -> None:
        for who in (ann, bob, ann):
            ask(who)
        spent = registry.getUtility(IPromotionCriterion, "bounty_spent")
        with count_sql() as statements:
            amounts = spent(db, [ann.user_id, bob.user_id, ABSENT])
        assert amounts == {ann.user_id: 600 * MIB, bob.user_id: 300 * MIB}
        assert len(statements) == 1

    def test_more_than_a_column_holds(
        self, registry: Any, join: Any, ask: Any, db: Session
    ) -> None:
        rich = join(uploaded=2**63 - 1)
        ask(rich, bounty=2**62)
        db.expire_all()
        richer = join(uploaded=2**63 - 1)
        for item in (ask(richer, bounty=2**62)["id"], ask(rich, bounty=2**62 - 1)["id"]):
            assert item
        spent = registry.getUtility(IPromotionCriterion, "bounty_spent")
        assert spent(db, [rich.user_id]) == {rich.user_id: 2**63 - 1}
