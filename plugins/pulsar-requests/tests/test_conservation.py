"""No sequence of operations on requests creates or loses credit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from pulsar.users.models import User

MIB = 2**20
MIN_BOUNTY, MIN_CREDIT = 100 * MIB, 250 * MIB
MEMBERS = st.sampled_from(["ann", "bob", "cid"])
EVERYBODY = st.sampled_from(["ann", "bob", "cid", "moderator"])
AMOUNTS = st.sampled_from([50 * MIB, 100 * MIB, 100 * MIB + 1, 137 * MIB + 7, 333 * MIB, 700 * MIB])
PICKS = st.integers(0, 5)
NAMES = count(1)


@dataclass
class Wanted:
    """The expected state of a request."""

    creator: str
    votes: dict[str, int] = field(default_factory=dict)
    filler: str | None = None
    deleted: bool = False

    @property
    def bounty(self) -> int:
        return sum(self.votes.values())


class Bounties(RuleBasedStateMachine):
    """Compares a site with a model that predicts all responses and all members' credit."""

    site: Any
    tax: int

    @initialize()
    def start(self) -> None:
        number = next(NAMES)
        grants = ("requests_unfill", "requests_delete")
        self.people = {name: self.site.join(f"{name}{number}") for name in ("ann", "bob", "cid")}
        self.people["moderator"] = self.site.join(f"moderator{number}", grants=grants)
        self.credit = dict.fromkeys(self.people, 2**30)
        self.debt = dict.fromkeys(self.people, 0)
        self.wanted: dict[int, Wanted] = {}
        self.torrent = self.site.upload(self.people["ann"], f"Album {number}")
        self.total = self.site.in_all()

    def pick(self, number: int) -> tuple[int, Wanted]:
        request_ids = sorted(self.wanted)
        request_id = request_ids[number % len(request_ids)]
        return request_id, self.wanted[request_id]

    def earn(self, name: str, amount: int) -> None:
        repaid = min(self.debt[name], amount)
        self.debt[name] -= repaid
        self.credit[name] += amount - repaid

    def reclaim(self, name: str, amount: int) -> None:
        taken = min(self.credit[name], amount)
        self.credit[name] -= taken
        self.debt[name] += amount - taken

    def pay(self, name: str, expected: Wanted, amount: int) -> None:
        self.credit[name] -= amount
        net = amount - amount * self.tax // 100
        expected.votes[name] = expected.votes.get(name, 0) + net

    @rule(name=MEMBERS, amount=AMOUNTS)
    def create(self, name: str, amount: int) -> None:
        enough = amount >= MIN_BOUNTY and self.credit[name] >= max(amount, MIN_CREDIT)
        body = {"title": "A", "category": "other", "description": "Please.", "bounty": amount}
        answer = self.people[name].post("/requests", body, status=201 if enough else 400)
        if enough:
            expected = self.wanted[answer.json["response"]["id"]] = Wanted(name)
            self.pay(name, expected, amount)

    @precondition(lambda self: self.wanted)
    @rule(name=MEMBERS, number=PICKS, amount=AMOUNTS)
    def vote(self, name: str, number: int, amount: int) -> None:
        request_id, expected = self.pick(number)
        status = 200
        if expected.deleted:
            status = 404
        elif amount < MIN_BOUNTY:
            status = 400
        elif expected.filler is not None:
            status = 409
        elif self.credit[name] < amount:
            status = 400
        path = f"/requests/{request_id}/votes"
        self.people[name].post(path, {"amount": amount}, status=status)
        if status == 200:
            self.pay(name, expected, amount)

    @precondition(lambda self: self.wanted)
    @rule(name=MEMBERS, number=PICKS)
    def fill(self, name: str, number: int) -> None:
        request_id, expected = self.pick(number)
        status = 404 if expected.deleted else 409 if expected.filler is not None else 200
        path = f"/requests/{request_id}/fill"
        self.people[name].post(path, {"torrent_id": self.torrent}, status=status)
        if status == 200:
            expected.filler = name
            self.earn(name, expected.bounty)

    @precondition(lambda self: self.wanted)
    @rule(name=EVERYBODY, number=PICKS)
    def unfill(self, name: str, number: int) -> None:
        request_id, expected = self.pick(number)
        status = 200
        if expected.deleted:
            status = 404
        elif name not in (expected.creator, expected.filler, "moderator"):
            status = 403
        elif expected.filler is None:
            status = 409
        path = f"/requests/{request_id}/fill"
        self.people[name].delete(path, {"reason": "No."}, status=status)
        if status == 200:
            self.reclaim(expected.filler, expected.bounty)
            expected.filler = None

    @precondition(lambda self: self.wanted)
    @rule(name=EVERYBODY, number=PICKS, bounty=st.sampled_from([None, "refund", "keep"]))
    def delete(self, name: str, number: int, bounty: str | None) -> None:
        request_id, expected = self.pick(number)
        status = 200
        if expected.deleted:
            status = 404
        elif name not in (expected.creator, "moderator"):
            status = 403
        elif expected.filler is not None:
            status = 409 if name != "moderator" else 400 if bounty is None else 200
        elif name != "moderator" and set(expected.votes) != {name}:
            status = 403
        elif bounty == "keep":
            status = 400
        path = f"/requests/{request_id}"
        body = {"reason": "No.", **({"bounty": bounty} if bounty else {})}
        self.people[name].delete(path, body, status=status)
        if status == 200:
            expected.deleted = True
            if expected.filler is not None and bounty == "refund":
                self.reclaim(expected.filler, expected.bounty)
            if bounty != "keep":
                for voter, amount in expected.votes.items():
                    self.earn(voter, amount)

    @rule(name=MEMBERS, amount=st.sampled_from([0, 99 * MIB, 250 * MIB, 2**30]))
    def correct(self, name: str, amount: int) -> None:
        """Set the credit of a member, as staff may do."""
        with self.site.session() as session:
            row = User.id == self.people[name].user_id
            session.execute(update(User).where(row).values(uploaded=amount))
            session.commit()
        self.total += amount - self.credit[name]
        self.credit[name] = amount

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.site.in_all() == self.total

    @invariant()
    def everybody_has_theirs(self) -> None:
        credits = self.site.credits()
        expected = {name: (self.credit[name], self.debt[name]) for name in self.people}
        assert {name: credits[person.user_id] for name, person in self.people.items()} == expected

    @invariant()
    def bounties_are_shown(self) -> None:
        items = self.people["ann"].get("/requests?limit=100").json["response"]["items"]
        bounties_by_item_id = {item["id"]: (item["bounty"], item["vote_count"]) for item in items}
        for request_id, expected in self.wanted.items():
            wants = None if expected.deleted else (expected.bounty, len(expected.votes))
            assert bounties_by_item_id.get(request_id) == wants


class TestConservation:
    @pytest.mark.parametrize("tax", [0, 7])
    def test_any_sequence(self, make_site: Callable[..., Any], site_of: Any, tax: int) -> None:
        site = site_of(make_site(**{"requests.tax": str(tax)}))
        machine = type("Machine", (Bounties,), {"site": site, "tax": tax})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=8,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
