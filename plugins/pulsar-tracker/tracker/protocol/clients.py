"""The client programs that may use the tracker, by the prefix of their peer ids (BEP 20)."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.protocol.errors import TrackerError


@dataclass(frozen=True, slots=True)
class ClientPolicy:
    """Prefixes of peer ids that are allowed and denied; denials take precedence.

    If `allow` is empty, every client that is not denied is allowed. Raises ValueError for an empty
    prefix, which would match every client.
    """

    allow: tuple[bytes, ...] = ()
    deny: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if b"" in self.allow or b"" in self.deny:
            raise ValueError("A peer id prefix is empty.")

    @classmethod
    def from_text(cls, allow: str = "", deny: str = "") -> ClientPolicy:
        """Read lists of prefixes separated by white space: `-TR30 -qB A2-1-`."""
        return cls(tuple(allow.encode().split()), tuple(deny.encode().split()))

    def check(self, peer_id: bytes) -> None:
        """Raise TrackerError unless the client may announce."""
        if peer_id.startswith(self.deny) or (self.allow and not peer_id.startswith(self.allow)):
            # An hour rather than never: if the lists change, the client need not be restarted.
            raise TrackerError("Your client is not allowed here.", retry_in=60, code="client")
