"""Password hashing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher

from pulsar.interfaces import IPasswords
from pulsar.users.passwords import MAX_LENGTH, MAX_SPELLED, Passwords, normalise

COMPOSED, DECOMPOSED = "caf\u00e9 horse 1!", "cafe\u0301 horse 1!"


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
        assert passwords.rehash(encoded, "correct horse 1!") is None
        stronger = Passwords(memory_kib=128, passes=1)
        renewed = stronger.rehash(encoded, "correct horse 1!") or ""
        assert "$m=128,t=1,p=1$" in renewed
        assert stronger.verify(renewed, "correct horse 1!")

    def test_production_parameters(self) -> None:
        # The minimum of OWASP's Password Storage Cheat Sheet for argon2id.
        assert "$argon2id$v=19$m=19456,t=2,p=1$" in Passwords().hash("x")

    def test_a_site_has_them(
        self, configure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Other tests use faster parameters.
        monkeypatch.setattr("pulsar.users.Passwords", Passwords)
        config = configure()
        config.commit()
        encoded = config.registry.getUtility(IPasswords).hash("x")
        assert "$argon2id$v=19$m=19456,t=2,p=1$" in encoded


class TestSpelling:
    """The same keys of a keyboard result in different characters on different systems."""

    @pytest.mark.parametrize(
        ("spelled", "normalised"),
        [
            (DECOMPOSED, COMPOSED),
            ("\u212bngstr\u00f6m 1234!", "\u00c5ngstr\u00f6m 1234!"),
            ("\uff43orrect horse \uff11\uff01", "correct horse 1!"),
            ("correct\u00a0horse\u30001!", "correct horse 1!"),
            ("correct horse 1!", "correct horse 1!"),
        ],
    )
    def test_one_form(self, passwords: Passwords, spelled: str, normalised: str) -> None:
        assert normalise(spelled) == normalised
        assert passwords.verify(passwords.hash(spelled), normalised)
        assert passwords.verify(passwords.hash(normalised), spelled)

    def test_case_counts(self, passwords: Passwords) -> None:
        assert not passwords.verify(passwords.hash(COMPOSED), COMPOSED.upper())

    def test_too_long_to_normalise(self) -> None:
        text = "e\u0301" * MAX_SPELLED
        assert normalise(text) == text

    def test_every_spelling_of_the_longest_password_is_normalised(self) -> None:
        # Of all characters in NFKC, these have the longest decompositions.
        for character in ("\u1f82", "\u0390", "\uac01"):
            longest = character * MAX_LENGTH
            assert normalise(unicodedata.normalize("NFKD", longest)) == longest


class TestOldHash:
    """Hashes of passwords that were not normalised."""

    @pytest.fixture
    def old(self) -> str:
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(DECOMPOSED)

    def test_accepted_as_it_was_sent(self, passwords: Passwords, old: str) -> None:
        assert passwords.verify(old, DECOMPOSED)

    def test_renewed(self, passwords: Passwords, old: str) -> None:
        renewed = passwords.rehash(old, DECOMPOSED)
        assert renewed is not None
        assert passwords.verify(renewed, COMPOSED)
        assert passwords.rehash(renewed, DECOMPOSED) is None

    @pytest.mark.parametrize(("password", "times"), [("wrong horse 1!", 1), (DECOMPOSED + "?", 2)])
    def test_who_has_which_hash_is_not_told_by_time(
        self, passwords: Passwords, old: str, password: str, times: int
    ) -> None:
        verify = PasswordHasher.verify
        for encoded in (None, old, passwords.hash(COMPOSED)):
            with patch.object(PasswordHasher, "verify", autospec=True, side_effect=verify) as spy:
                assert not passwords.verify(encoded, password)
            assert spy.call_count == times
