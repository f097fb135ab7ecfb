"""Paths that look like an announce or a scrape, in every form that clients have."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.fronts.targets import ANNOUNCE, SCRAPE, find_target

KEY = b"0123456789abcdef0123456789abcdef"


class TestFindTarget:
    @pytest.mark.parametrize(
        ("url", "passkey", "query"),
        [
            (b"/K/announce", KEY, b""),
            (b"/K/announce?", KEY, b""),
            (b"/K/announce?a=1&b=%00", KEY, b"a=1&b=%00"),
            (b"/K/announce?a?b", KEY, b"a?b"),
            (b"/K/announce/?a", KEY, b"a"),
            (b"//K//announce//?a", KEY, b"a"),
            (b"/announce/K?a", KEY, b"a"),
            (b"/announce/K/?a", KEY, b"a"),
            (b"/K/announce.php?a", KEY, b"a"),
            (b"/announce.php?passkey=K&a", KEY, b"passkey=K&a"),
            (b"/announce?a=1&passkey=K", KEY, b"a=1&passkey=K"),
            (b"/announce/?passkey=K", KEY, b"passkey=K"),
            (b"/announce.php/K", KEY, b""),
            (b"/ANNOUNCE/K", KEY, b""),
            (b"/tracker/K/announce", KEY, b""),
            (b"http://example.org/K/announce?a", KEY, b"a"),
            (b"http://example.org:80/announce/K?a", KEY, b"a"),
            (b"/short/announce", b"short", b""),
            (b"/%41/announce?a", b"%41", b"a"),
            (b"/announce?a", b"", b"a"),
            (b"/announce?passkeys=1&notpasskey=2", b"", b"passkeys=1&notpasskey=2"),
        ],
    )
    def test_announces_and_scrapes(self, url: bytes, passkey: bytes, query: bytes) -> None:
        url, passkey, query = (text.replace(b"K", KEY) for text in (url, passkey, query))
        for action, word in ((ANNOUNCE, b"announce"), (SCRAPE, b"scrape")):
            asked = url.replace(b"announce", word).replace(b"ANNOUNCE", word.upper())
            assert find_target(asked) == (action, passkey, query)

    @pytest.mark.parametrize(
        "url",
        [
            b"",
            b"/",
            b"*",
            b"/?announce",
            b"/announced",
            b"/x/announce.html",
            b"announce",
            b"?",
            b"http://announce/",
            b"/an/nounce",
            b"/x?/announce",
        ],
    )
    def test_other_paths(self, url: bytes) -> None:
        assert find_target(url) is None

    # Other processes may keep the machine busy.
    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.sampled_from(
                [
                    b"/",
                    b"announce",
                    b"scrape",
                    b".php",
                    b"?",
                    b"&",
                    b"passkey",
                    b"=",
                    b"://",
                    b"x",
                    b"\xff",
                    b"\n",
                    b"%2F",
                ]
            ),
            max_size=12,
        )
    )
    def test_anything(self, parts: list[bytes]) -> None:
        target = find_target(b"".join(parts))
        if target is not None:
            action, passkey, query = target
            assert action in (ANNOUNCE, SCRAPE)
            assert b"/" not in passkey or b"passkey=" in query
