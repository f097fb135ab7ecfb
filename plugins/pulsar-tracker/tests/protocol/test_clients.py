"""Lists of clients."""

from __future__ import annotations

import pytest

from tracker.protocol.clients import ClientPolicy
from tracker.protocol.errors import TrackerError

QBITTORRENT = b"-qB4520-abcdefghijkl"
TRANSMISSION = b"-TR3000-abcdefghijkl"
ARIA2 = b"A2-1-36-0-\x80\xfe\x92\xba;\xce\xf1\x9a\xd0\xdf"


def allowed(policy: ClientPolicy) -> list[bytes]:
    """Those of the three clients that the policy lets pass."""

    def passes(peer_id: bytes) -> bool:
        try:
            policy.check(peer_id)
        except TrackerError:
            return False
        return True

    return [peer_id for peer_id in (QBITTORRENT, TRANSMISSION, ARIA2) if passes(peer_id)]


class TestClientPolicy:
    def test_everybody(self) -> None:
        assert allowed(ClientPolicy()) == [QBITTORRENT, TRANSMISSION, ARIA2]

    def test_allow(self) -> None:
        assert allowed(ClientPolicy(allow=(b"-qB45", b"A2-"))) == [QBITTORRENT, ARIA2]

    def test_deny(self) -> None:
        assert allowed(ClientPolicy(deny=(b"-TR", b"A2-1-36"))) == [QBITTORRENT]

    def test_error(self) -> None:
        with pytest.raises(TrackerError) as caught:
            ClientPolicy(deny=(b"-TR",)).check(TRANSMISSION)
        assert caught.value.reason == "Your client is not allowed here."
        assert caught.value.retry_in == 60

    def test_deny_is_stronger(self) -> None:
        policy = ClientPolicy(allow=(b"-",), deny=(b"-TR300",))
        assert allowed(policy) == [QBITTORRENT]

    def test_from_text(self) -> None:
        assert ClientPolicy.from_text(" -qB45\n -TR ", "A2-") == ClientPolicy(
            (b"-qB45", b"-TR"), (b"A2-",)
        )
        assert ClientPolicy.from_text() == ClientPolicy()

    @pytest.mark.parametrize("lists", [{"allow": (b"",)}, {"deny": (b"-TR", b"")}])
    def test_empty_prefix(self, lists: dict[str, tuple[bytes, ...]]) -> None:
        with pytest.raises(ValueError, match="empty"):
            ClientPolicy(**lists)
