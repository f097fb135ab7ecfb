"""Concurrent requests on separate connections: the second one gets an error response."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

MIB = 2**20
GIB = 2**30
REASON = {"reason": "No."}
ROUNDS = 4


@pytest.fixture
def race(site: Any, together: Callable[..., list[Any]]) -> Callable[..., list[int]]:
    """``race(*works)``: the statuses of the responses; the total credit must not change."""

    def run(*works: Callable[[], Any]) -> list[int]:
        before = site.in_all()
        statuses = [answer.status_int for answer in together(*works)]
        assert site.in_all() == before
        assert min(min(figures) for figures in site.credits().values()) >= 0
        return statuses

    return run


@pytest.fixture
def ann(site: Any) -> Any:
    """A member with plenty of credit."""
    return site.join("ann", uploaded=1000 * GIB)


@pytest.fixture
def bob(site: Any) -> Any:
    """Another member with plenty of credit."""
    return site.join("bob", uploaded=1000 * GIB)


@pytest.fixture
def moderator(site: Any) -> Any:
    """A member who may unfill and delete requests."""
    return site.join("moderator", grants=("requests_unfill", "requests_delete"))


class TestCredit:
    def test_two_votes_with_credit_for_one(self, site: Any, ann: Any, race: Any) -> None:
        request_ids = [site.ask(ann), site.ask(ann)]
        for number in range(ROUNDS):
            poor = site.join(f"poor{number}", uploaded=199 * MIB)
            targets = request_ids if number % 2 else [request_ids[0], request_ids[0]]
            vote = {"amount": 100 * MIB}
            statuses = race(
                *(partial(poor.post, f"/requests/{target}/votes", vote) for target in targets)
            )
            assert sorted(statuses) == [200, 400]
            assert site.credits()[poor.user_id] == (99 * MIB, 0)

    def test_two_requests_with_credit_for_one(self, site: Any, race: Any) -> None:
        body = {"title": "A", "category": "other", "description": "x", "bounty": 200 * MIB}
        for number in range(ROUNDS):
            poor = site.join(f"poor{number}", uploaded=399 * MIB)
            statuses = race(*[partial(poor.post, "/requests", {**body, "tags": "a,b,c"})] * 2)
            assert sorted(statuses) == [201, 400]

    def test_many_votes(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        request_id = site.ask(ann)
        path = f"/requests/{request_id}/votes"
        voters = [ann, bob, *(site.join(f"voter{number}") for number in range(4))]
        statuses = race(*(partial(who.post, path, {"amount": 100 * MIB}) for who in voters))
        assert statuses == [200] * 6
        torrent_request = ann.get(f"/requests/{request_id}").json["response"]
        assert (torrent_request["bounty"], torrent_request["vote_count"]) == (900 * MIB, 6)

    def test_first_votes_of_one_member(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        path = f"/requests/{site.ask(ann)}/votes"
        statuses = race(*[partial(bob.post, path, {"amount": 100 * MIB})] * 3)
        assert statuses == [200] * 3
        items = ann.get(path).json["response"]["items"]
        assert [item["amount"] for item in items] == [300 * MIB] * 2


class TestFilling:
    def test_two_fills(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        cid, dan = site.join("cid"), site.join("dan")
        for number in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}/fill"
            statuses = race(*(partial(who.post, path, torrent) for who in (cid, dan)))
            assert sorted(statuses) == [200, 409]
            credits = site.credits()
            both = credits[cid.user_id][0] + credits[dan.user_id][0]
            assert both == 2 * GIB + 300 * MIB * (number + 1)

    def test_fill_and_delete(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}"
            statuses = race(
                partial(ann.post, f"{path}/fill", torrent),
                partial(bob.delete, path),
            )
            assert statuses in ([200, 409], [404, 200])

    def test_fill_and_vote(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}"
            before, _ = site.credits()[ann.user_id]
            statuses = race(
                partial(ann.post, f"{path}/fill", torrent),
                partial(bob.post, f"{path}/votes", {"amount": 100 * MIB}),
            )
            assert statuses in ([200, 409], [200, 200])
            paid = 400 * MIB if statuses[1] == 200 else 300 * MIB
            assert site.credits()[ann.user_id] == (before + paid, 0)

    def test_unfill_and_fill(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        cid = site.join("cid")
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}/fill"
            ann.post(path, torrent, status=200)
            statuses = race(
                partial(bob.delete, path, REASON),
                partial(cid.post, path, torrent),
            )
            assert statuses in ([200, 409], [200, 200])

    def test_unfill_twice(self, site: Any, ann: Any, bob: Any, moderator: Any, race: Any) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}/fill"
            ann.post(path, torrent, status=200)
            statuses = race(*(partial(who.delete, path, REASON) for who in (bob, moderator)))
            assert sorted(statuses) == [200, 409]

    def test_an_earlier_filler_unfills_nobody_elses(
        self, site: Any, ann: Any, bob: Any, moderator: Any, race: Any
    ) -> None:
        """The filler is checked again after the request is locked."""
        torrent = {"torrent_id": site.upload(ann)}
        cid = site.join("cid")

        def refill(path: str) -> Any:
            moderator.delete(path, REASON)
            return cid.post(path, torrent)

        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(bob)}/fill"
            ann.post(path, torrent, status=200)
            statuses = race(partial(refill, path), partial(ann.delete, path, REASON))
            # The refill succeeds in the end, whatever the earlier filler's request returns.
            assert statuses[0] == 200
            assert statuses[1] in (200, 403, 409)
            response = bob.get(path.removesuffix("/fill")).json["response"]
            assert response["filler"]["username"] == "cid"


class TestDeleting:
    def test_vote_and_delete(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(ann)}"
            statuses = race(
                partial(bob.post, f"{path}/votes", {"amount": 100 * MIB}),
                partial(ann.delete, path),
            )
            assert statuses in ([200, 403], [404, 200])

    def test_twice(self, site: Any, ann: Any, moderator: Any, race: Any) -> None:
        for _ in range(ROUNDS):
            path = f"/requests/{site.ask(ann)}"
            statuses = race(*(partial(who.delete, path, REASON) for who in (ann, moderator)))
            assert sorted(statuses) == [200, 404]

    def test_of_the_same_voters(
        self, site: Any, ann: Any, bob: Any, moderator: Any, race: Any
    ) -> None:
        """The order in which members' rows are locked does not depend on the order of votes."""
        for _ in range(ROUNDS):
            paths = []
            for first, second in ((ann, bob), (bob, ann)):
                paths.append(f"/requests/{site.ask(first)}")
                second.post(f"{paths[-1]}/votes", {"amount": 100 * MIB}, status=200)
            statuses = race(*(partial(moderator.delete, path, REASON) for path in paths))
            assert statuses == [200, 200]


class TestStorm:
    def test_every_answer_is_one_that_is_documented(
        self, site: Any, ann: Any, bob: Any, moderator: Any, race: Any
    ) -> None:
        torrent = {"torrent_id": site.upload(ann)}
        request_ids = [site.ask(who) for who in (ann, bob, ann)]
        people = [ann, bob, moderator, site.join("cid")]

        def work(number: int) -> Any:
            chance = Random(number)
            for _ in range(12):
                who, path = chance.choice(people), f"/requests/{chance.choice(request_ids)}"
                deeds = [
                    partial(who.post, f"{path}/votes", {"amount": 100 * MIB}),
                    partial(who.post, f"{path}/fill", torrent),
                    partial(who.delete, f"{path}/fill", REASON),
                    partial(who.delete, path, REASON),
                ]
                (deed,) = chance.choices(deeds, weights=(3, 3, 3, 0.3))
                answer = deed()
                if answer.status_int not in (200, 400, 403, 404, 409):
                    return answer
            return ann.get("/users/me")

        assert race(*(partial(work, number) for number in range(4))) == [200] * 4

    def test_unfill_and_spend(self, site: Any, ann: Any, bob: Any, race: Any) -> None:
        """In either order, the filler owes what was spent, and no more."""
        torrent = {"torrent_id": site.upload(ann)}
        spent_on = site.ask(ann)
        for number in range(ROUNDS):
            thief = site.join(f"thief{number}", uploaded=0)
            path = f"/requests/{site.ask(bob)}/fill"
            thief.post(path, torrent, status=200)
            statuses = race(
                partial(bob.delete, path, REASON),
                partial(thief.post, f"/requests/{spent_on}/votes", {"amount": 200 * MIB}),
            )
            assert statuses in ([200, 200], [200, 400])
            debt = 200 * MIB if statuses[1] == 200 else 0
            assert site.credits()[thief.user_id] == (0, debt)

    def test_deleting_what_two_filled_for_each_other(
        self, site: Any, ann: Any, moderator: Any, race: Any
    ) -> None:
        """Each deletion charges the member whom the other one refunds."""
        torrent = {"torrent_id": site.upload(ann)}
        for number in range(ROUNDS):
            pair = [site.join(f"{name}{number}") for name in ("left", "right")]
            paths = [f"/requests/{site.ask(who)}" for who in pair]
            for who, path in zip(reversed(pair), paths, strict=True):
                who.post(f"{path}/fill", torrent, status=200)
            body = {"reason": "Swapped.", "bounty": "refund"}
            statuses = race(*(partial(moderator.delete, path, body) for path in paths))
            assert statuses == [200, 200]
            credits = site.credits()
            assert [credits[who.user_id] for who in pair] == [(GIB, 0)] * 2
