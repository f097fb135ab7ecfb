"""Reading the list of sections, and each section with its rules."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.testing.client import Client
from site_rules.examples import make, rule


def listed(client: Client, query: str = "") -> Any:
    """Return the listed sections."""
    return client.get(f"/rules{query}", status=200).json["response"]


def numbers(rules: Any) -> list[str]:
    """Return the numbers of all rules, in the order of reading."""
    return [item for rule in rules for item in (rule["number"], *numbers(rule["rules"] or ()))]


class TestList:
    def test_shipped_sections(self, member: Client) -> None:
        sections = listed(member)
        ids = ["golden", "uploading", "ratio", "forums", "requests"]
        assert [section["id"] for section in sections] == ids
        assert sections[0] == {
            "id": "golden",
            "name": "Golden Rules",
            "description": "What everybody should know before anything else. "
            "All other rules follow from these.",
            "position": 1,
            "language": "en",
            "languages": ["de", "en"],
            "revision": 0,
        }

    def test_language(self, member: Client) -> None:
        sections = listed(member, "?language=de")
        assert [(section["name"], section["language"]) for section in sections[:2]] == [
            ("Goldene Regeln", "de"),
            ("Uploading", "en"),
        ]

    def test_by_position(self, editor: Client, member: Client) -> None:
        make(editor, "between", position=2)
        make(editor, "last")
        ids = [section["id"] for section in listed(member)]
        assert ids[1:3] == ["between", "uploading"]
        assert ids[-1] == "last"


class TestSection:
    def test_shipped(self, member: Client) -> None:
        response = member.get("/rules/golden", status=200).json["response"]
        first = response["rules"][0]
        assert (response["id"], response["name"], response["format"]) == (
            "golden",
            "Golden Rules",
            "markdown",
        )
        assert (response["language"], response["revision"], response["edited"]) == ("en", 0, None)
        assert numbers(response["rules"]) == [
            *("1", "1.1", "1.2"),
            *("2", "2.1", "2.2"),
            *("3", "4", "5"),
        ]
        assert first["summary"] == "One person, one account."
        assert first["summary_html"] == "<p>One person, one account.</p>\n"
        assert first["extra"].startswith("Ask staff")
        assert first["extra_html"].startswith("<p>Ask staff")
        assert first["rules"][0] == {
            "number": "1.1",
            "summary": "Do not lend, sell or give away your account.",
            "summary_html": "<p>Do not lend, sell or give away your account.</p>\n",
            "extra": None,
            "extra_html": None,
            "rules": None,
        }

    def test_four_levels(self, editor: Client, member: Client) -> None:
        make(editor, "deep", rule("a", rule("b", rule("c", rule("d"), rule("e")))), rule("f"))
        response = member.get("/rules/deep", status=200).json["response"]
        assert numbers(response["rules"]) == ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "2"]

    @pytest.mark.parametrize(
        ("format", "html"),
        [
            ("markdown", "<p><strong>x</strong> [b]y[/b]</p>"),
            ("bbcode", "**x** <strong>y</strong>"),
        ],
    )
    def test_format(self, editor: Client, member: Client, format: str, html: str) -> None:
        make(editor, "texts", rule("**x** [b]y[/b]", extra="<script>"), format=format)
        (response,) = member.get("/rules/texts").json["response"]["rules"]
        assert html in response["summary_html"]
        assert response["summary"] == "**x** [b]y[/b]"
        assert "<script>" not in response["extra_html"]

    @pytest.mark.parametrize("name", ["x", "Golden", "golden2", "1"])
    def test_unknown(self, member: Client, name: str) -> None:
        answer = member.get(f"/rules/{name}", status=404)
        assert answer.json["response"] == f"{name} is not a valid section of the rules."


class TestLanguage:
    def test_translated(self, member: Client) -> None:
        response = member.get("/rules/golden?language=de", status=200).json["response"]
        assert (response["name"], response["language"]) == ("Goldene Regeln", "de")
        assert response["languages"] == ["de", "en"]

    @pytest.mark.parametrize("language", ["fr", "pt-br", "zh-hant-tw"])
    def test_untranslated(self, member: Client, language: str) -> None:
        response = member.get(f"/rules/golden?language={language}", status=200).json["response"]
        assert (response["name"], response["language"]) == ("Golden Rules", "en")

    def test_without_the_usual_one(self, editor: Client, member: Client) -> None:
        make(editor, "nur", rule("Regel."), language="de")
        assert member.get("/rules/nur", status=200).json["response"]["language"] == "de"

    @pytest.mark.one_backend
    @pytest.mark.parametrize("language", ["", "e", "EN", "en_gb", "english", "en-", "e" * 30])
    def test_no_language(self, member: Client, language: str) -> None:
        for path in ("/rules", "/rules/golden"):
            answer = member.get(f"{path}?language={language}", status=400)
            assert list(answer.json["errors"]) == ["language"]
