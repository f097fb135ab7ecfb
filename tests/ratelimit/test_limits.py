"""The text form of limits."""

from __future__ import annotations

import pytest

from pulsar.settings.limit import Limit


class TestLimit:
    @pytest.mark.parametrize("text", ["50/80", " 50 / 80 "])
    def test_parse(self, text: str) -> None:
        assert Limit.parse(text) == Limit(50, 80)

    @pytest.mark.parametrize(
        "text", ["", "/", "50", "50/", "/80", "0/80", "50/0", "-1/80", "1.5/80", "50/80/1", "a/b"]
    )
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="must be hits/seconds, both at least 1"):
            Limit.parse(text)

    def test_written_again(self) -> None:
        assert str(Limit.parse("50/80")) == "50/80"
