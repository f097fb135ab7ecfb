"""Canned answers."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.site_model import Person

PATH = "/staff_messages/answers"


@pytest.fixture
def writer(join: Any) -> Person:
    """A member who writes and uses canned answers."""
    writer: Person = join("writer", grants=("staff_pm_answers", "staff_pm_handle"))
    return writer


@pytest.fixture
def make(writer: Person) -> Any:
    """``make("Ratio")``: a new canned answer."""

    def post(name: str = "Ratio", status: int = 201) -> Any:
        body = {"name": name, "contents": "**Seed.**", "format": "markdown"}
        return writer.client.post(PATH, body, status=status).json

    return post


class TestAnswers:
    def test_what_is_shown(self, handler: Person, make: Any) -> None:
        response = make()["response"]
        assert (response["name"], response["contents"], response["edited"]) == (
            "Ratio",
            "**Seed.**",
            None,
        )
        assert "<strong>Seed.</strong>" in response["contents_html"]
        assert handler.client.get(PATH, status=200).json["response"]["items"] == [response]

    def test_names_are_unique(self, writer: Person, make: Any) -> None:
        first = make("Ratio")["response"]
        answer = make(" rATIO", status=409)
        assert (answer["code"], answer["existing_id"]) == ("answer_exists", first["id"])
        second = make("Rules")["response"]
        answer = writer.client.put(f"{PATH}/{second['id']}", {"name": "ratio"}, status=409).json
        assert answer["response"] == "Another StaffAnswer already has the name ratio."
        writer.client.put(f"{PATH}/{first['id']}", {"name": "RATIO"}, status=200)

    def test_edit(self, writer: Person, make: Any, logged: Any) -> None:
        path = f"{PATH}/{make()['response']['id']}"
        response = writer.client.put(path, {"contents": "Seed more."}, status=200).json["response"]
        assert (response["contents"], response["format"]) == ("Seed more.", "markdown")
        assert response["edited"] is not None
        assert logged()[1:] == [
            (
                "staff_answer_edited",
                "Ratio",
                {"contents": "**Seed.**"},
                {"contents": "Seed more."},
            )
        ]

    def test_delete(self, writer: Person, make: Any, logged: Any) -> None:
        response = make()["response"]
        answer = writer.client.delete(f"{PATH}/{response['id']}", status=200).json
        assert answer["response"] == f"StaffAnswer {response['id']} has been deleted."
        writer.client.delete(f"{PATH}/{response['id']}", status=404)
        assert [entry[0] for entry in logged()] == ["staff_answer_created", "staff_answer_deleted"]
        make()

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"name": ""}, "name"),
            ({"name": " "}, "name"),
            ({"name": "x" * 65}, "name"),
            ({"contents": ""}, "contents"),
            ({"contents": "x" * 250_001}, "contents"),
            ({"format": "html"}, "format"),
        ],
    )
    def test_wrong(self, writer: Person, make: Any, body: Any, wrong: str) -> None:
        path = f"{PATH}/{make()['response']['id']}"
        assert list(writer.client.put(path, body, status=400).json["errors"]) == [wrong]
        new = {"name": "New", "contents": "New", **body}
        assert list(writer.client.post(PATH, new, status=400).json["errors"]) == [wrong]
