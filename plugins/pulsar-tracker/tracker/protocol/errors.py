"""The error that clients of the tracker get."""

from __future__ import annotations

from typing import Literal, get_args

RetryIn = int | Literal["never"] | None
Code = Literal[
    "banned_address",
    "client",
    "disabled",
    "locations",
    "locked",
    "malformed",
    "port",
    "too_many_wrong_passkeys",
    "unknown_torrent",
    "wrong_passkey",
]
CODES: tuple[Code, ...] = get_args(Code)


class TrackerError(Exception):
    """Refuses an announce or a scrape; ``code`` is one of `CODES`, by which refusals are counted.

    `reason` is a sentence for the person at the client. `retry_in` is the number of minutes after
    which the same request may succeed, "never", or None when the tracker cannot tell (BEP 31).
    """

    def __init__(self, reason: str, retry_in: RetryIn = None, *, code: Code = "malformed") -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_in = retry_in
        self.code: Code = code
