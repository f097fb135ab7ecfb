"""Password hashing."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from argon2 import PasswordHasher

from pulsar.users.passwords import Passwords


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(memory_kib=64, passes=1)


class TestPasswords:
    def test_round_trip(self, passwords: Passwords) -> None:
        encoded = passwords.hash("correct horse 1!")
        assert passwords.verify(encoded, "correct horse 1!")
        assert not passwords.verify(encoded, "correct horse 1?")

    def test_is_salted(self, passwords: Passwords) -> None:
        assert passwords.hash("correct horse 1!") != passwords.hash("correct horse 1!")

    def test_any_text(self, passwords: Passwords) -> None:
        assert passwords.verify(passwords.hash("pässwörd ☃ 123"), "pässwörd ☃ 123")

    @pytest.mark.parametrize("encoded", ["", "plain", "$argon2id$v=19$m=64,t=1,p=1$broken"])
    def test_what_is_no_hash(self, passwords: Passwords, encoded: str) -> None:
        assert not passwords.verify(encoded, "plain")

    def test_nobody_takes_as_long(self, passwords: Passwords) -> None:
        verify = PasswordHasher.verify
        with patch.object(PasswordHasher, "verify", autospec=True, side_effect=verify) as spy:
            assert not passwords.verify(None, "correct horse 1!")
        assert spy.call_count == 1

    def test_other_parameters(self, passwords: Passwords) -> None:
        encoded = passwords.hash("correct horse 1!")
        assert not passwords.needs_rehash(encoded)
        assert Passwords(memory_kib=128, passes=1).needs_rehash(encoded)

    def test_production_parameters(self) -> None:
        # The minimum of OWASP's Password Storage Cheat Sheet for argon2id.
        assert "$argon2id$v=19$m=19456,t=2,p=1$" in Passwords().hash("x")
