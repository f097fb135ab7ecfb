"""Rules of promotion and demotion."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client


def promotion(class_id: int, **figures: float) -> dict[str, Any]:
    return {"promotion": {"from": class_id, "require": figures or {"uploaded": 1}}}


def demotion(class_id: int, **figures: float) -> dict[str, Any]:
    return {"demotion": {"to": class_id, "below": figures or {"ratio": 0.5}}}


@pytest.fixture
def power(make_class: Any) -> int:
    """A class of rank 100."""
    class_id: int = make_class("Power", rank=100)
    return class_id


class TestStored:
    def test_shown_to_everybody(self, member: Client, make_class: Any, power: int) -> None:
        figures = {"uploaded": 25 * 2**30, "ratio": 1.05, "age_weeks": 2}
        rules = {**promotion(power, **figures), **demotion(1, ratio=0.95)}
        elite = make_class("Elite", rank=200, **rules)
        user_class = member.get(f"/user_classes/{elite}").json["response"]
        assert {name: user_class[name] for name in rules} == rules

    def test_replaced_and_dropped(self, staff: Client, make_class: Any, power: int) -> None:
        elite = make_class("Elite", rank=200, **promotion(1))
        for rules in (promotion(power, ratio=2), {"promotion": None}):
            user_class = staff.put(f"/user_classes/{elite}", rules, status=200).json["response"]
            assert user_class["promotion"] == rules["promotion"]

    def test_logged(self, staff: Client, power: int, logged: Any) -> None:
        staff.put(f"/user_classes/{power}", promotion(1), status=200)
        assert logged()[-1][2:] == ({"promotion": None}, promotion(1))


class TestRefused:
    """Contradictory rules are refused both when creating and when editing a class."""

    @pytest.fixture(params=["create", "edit"])
    def errors(self, request: Any, staff: Client, make_class: Any) -> Any:
        """``errors(rules)``: the errors for a class of rank 200 with these rules."""
        elite = make_class("Elite", rank=200)

        def send(rules: dict[str, Any]) -> Any:
            if request.param == "edit":
                return staff.put(f"/user_classes/{elite}", rules, status=400).json["errors"]
            body = {"name": "New", "rank": 200, **rules}
            return staff.post("/user_classes", body, status=400).json["errors"]

        return send

    def test_unknown_classes(self, errors: Any) -> None:
        assert errors({**promotion(99), **demotion(98)}) == {
            "promotion.from": ["Invalid UserClass id."],
            "demotion.to": ["Invalid UserClass id."],
        }

    @pytest.mark.parametrize("rank", [200, 201])
    def test_classes_that_do_not_rank_below(self, errors: Any, make_class: Any, rank: int) -> None:
        other = make_class("Other", rank=rank)
        sentence = "the class must rank below this one"
        assert errors({**promotion(other), **demotion(other)}) == {
            "promotion.from": [sentence],
            "demotion.to": [sentence],
        }

    @pytest.mark.one_backend
    def test_no_figures(self, errors: Any) -> None:
        rules = {
            "promotion": {"from": 1, "require": {}},
            "demotion": {"to": 1, "below": {}},
        }
        sentence = "at least one figure is required"
        assert errors(rules) == {"promotion.require": [sentence], "demotion.below": [sentence]}

    @pytest.mark.one_backend
    def test_unknown_criteria(self, errors: Any) -> None:
        rules = {**promotion(1, uploaded=1, luck=7), **demotion(1, charm=1)}
        assert errors(rules) == {
            "promotion.require.luck": ["value is not a criterion"],
            "demotion.below.charm": ["value is not a criterion"],
        }

    @pytest.mark.one_backend
    @pytest.mark.parametrize("figure", ["1", True, None, [1], {}])
    def test_figures_that_are_no_numbers(self, errors: Any, figure: Any) -> None:
        sentences = errors({"promotion": {"from": 1, "require": {"uploaded": figure}}})
        assert sentences == {"promotion.require.uploaded": ["expected a number"]}

    @pytest.mark.one_backend
    @pytest.mark.parametrize("rule", [[], "x", 1, {"from": 1}, {"require": {}}, {"to": 1}])
    def test_no_rule(self, errors: Any, rule: Any) -> None:
        assert all(path.startswith("promotion") for path in errors({"promotion": rule}))


class TestItself:
    def test_named(self, staff: Client, power: int) -> None:
        answer = staff.put(f"/user_classes/{power}", promotion(power), status=400).json
        assert answer["errors"] == {"promotion.from": ["Invalid UserClass id."]}

    def test_named_while_it_rises(self, staff: Client, power: int) -> None:
        body = {"rank": 300, **promotion(power)}
        staff.put(f"/user_classes/{power}", body, status=400)


class TestRank:
    """A class in a rule cannot get a rank that contradicts the rule."""

    @pytest.fixture
    def elite(self, make_class: Any, power: int) -> int:
        """A class of rank 200, with promotion from and demotion to the class of rank 100."""
        rules = {**promotion(power), **demotion(power)}
        class_id: int = make_class("Elite", rank=200, **rules)
        return class_id

    @pytest.mark.parametrize("rank", [99, 100])
    def test_below_the_class_of_its_rules(self, staff: Client, elite: int, rank: int) -> None:
        answer = staff.put(f"/user_classes/{elite}", {"rank": rank}, status=400).json
        assert answer["errors"] == {
            "rank": [
                "the promotion rule needs Power to rank below this class",
                "the demotion rule needs Power to rank below this class",
            ]
        }
        staff.put(f"/user_classes/{elite}", {"rank": 101}, status=200)

    def test_with_other_rules_at_once(self, staff: Client, elite: int) -> None:
        body = {"rank": 50, **promotion(1), "demotion": None}
        staff.put(f"/user_classes/{elite}", body, status=200)

    @pytest.mark.parametrize("rank", [200, 201])
    def test_above_the_class_whose_rules_name_it(
        self, staff: Client, elite: int, power: int, rank: int
    ) -> None:
        answer = staff.put(f"/user_classes/{power}", {"rank": rank}, status=400).json
        assert answer["errors"] == {
            "rank": [
                "the promotion rule of Elite needs this class to rank below it",
                "the demotion rule of Elite needs this class to rank below it",
            ]
        }
        staff.put(f"/user_classes/{power}", {"rank": 199}, status=200)


class TestAuthority:
    def test_members_above_the_caller_cannot_be_moved(
        self, manager: Client, make_class: Any, power: int
    ) -> None:
        admins = make_class("Admins", rank=900)
        manager.put(f"/user_classes/{power}", promotion(admins, uploaded=0), status=400)
        manager.put(f"/user_classes/{power}", promotion(1, uploaded=0), status=200)
