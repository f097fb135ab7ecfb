"""The format of API keys."""

from __future__ import annotations

import pytest

from pulsar.apikeys.keys import NAME_LENGTH, digest, is_key, new_key


class TestNewKey:
    def test_form(self) -> None:
        name, key = new_key()
        assert key.startswith(name)
        assert len(name) == NAME_LENGTH
        assert is_key(key)

    def test_is_random_enough(self) -> None:
        secrets = {new_key()[1][NAME_LENGTH:] for _ in range(100)}
        assert len(secrets) == 100
        # 32 characters of 6 bits are 192 bits.
        assert {len(secret) for secret in secrets} == {32}


class TestIsKey:
    @pytest.mark.parametrize(
        "text",
        ["", "x" * 41, "x" * 43, "x" * 41 + "é", "x" * 41 + "\n", " " + "x" * 41, "x" * 9000],
    )
    def test_no(self, text: str) -> None:
        assert not is_key(text)


class TestDigest:
    def test_is_sha256(self) -> None:
        # The example of FIPS 180-2.
        assert digest("abc").startswith("ba7816bf8f01cfea414140de5dae2223")
