"""Passwords that attackers guess first."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import colander
import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD
from pulsar.users.password_rules import COMMON, PERSONAL, is_common, is_personal
from pulsar.users.schemas import password

LIST = resources.files("pulsar.users") / "common_passwords.txt"
SCRIPT = Path(__file__).parents[2] / "scripts" / "make_password_list.py"


class TestList:
    @pytest.fixture
    def entries(self) -> list[str]:
        return LIST.read_text("ascii").splitlines()

    def test_thousands_each_once_in_order(self, entries: list[str]) -> None:
        assert len(entries) > 5000
        assert entries == sorted(set(entries))

    def test_folded(self, entries: list[str]) -> None:
        assert entries == [entry.casefold() for entry in entries]

    def test_only_what_the_rule_lets_pass(self, entries: list[str]) -> None:
        node = colander.SchemaNode(colander.String())
        for entry in entries:
            password(node, entry)

    def test_is_what_the_script_makes(self) -> None:
        completed = subprocess.run(
            [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True
        )
        assert completed.stdout == LIST.read_text("ascii")


class TestCommon:
    @pytest.mark.parametrize(
        "password",
        ["password1234!", "Password1234!", "PASSWORD1234!", "1qaz2wsx!QAZ", "P@ssw0rd2026!"],
    )
    def test_common(self, password: str) -> None:
        assert is_common(password)

    @pytest.mark.parametrize("password", [PASSWORD, "password1234!x", "xpassword1234!", ""])
    def test_uncommon(self, password: str) -> None:
        assert not is_common(password)


class TestPersonal:
    @pytest.mark.parametrize(
        "password", ["bobby-rules-7!", "7!rules-BOBBY", "robert.d-2026!", "x1!ROBERT.Dxyz"]
    )
    def test_personal(self, password: str) -> None:
        assert is_personal(password, "Bobby", "Robert.D@example.org")

    @pytest.mark.parametrize("password", ["robert-d-2026!", "example.org 12!", "bobb-y-rules-7!"])
    def test_impersonal(self, password: str) -> None:
        assert not is_personal(password, "Bobby", "Robert.D@example.org")

    def test_short_names_are_in_many_words(self) -> None:
        assert not is_personal("bobsleigh 123!", "bob", "sle@example.org")

    def test_from_four_characters(self) -> None:
        assert is_personal("anna and 123!", "anna", "x@example.org")


class TestRegister:
    ACCOUNT = {"username": "bobby", "email": "robert@example.org"}

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("Password1234!", COMMON),
            ("my name is Bobby 1!", PERSONAL),
            ("robert1234567!", PERSONAL),
        ],
    )
    def test_refused(self, client: Client, password: str, sentence: str) -> None:
        answer = client.post("/users", {**self.ACCOUNT, "password": password}, status=400)
        assert answer.json["errors"] == {"password": [sentence]}

    def test_taken(self, client: Client) -> None:
        client.post("/users", {**self.ACCOUNT, "password": PASSWORD}, status=201)
