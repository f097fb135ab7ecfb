"""The one error that a client of the tracker gets to see."""

from __future__ import annotations

from typing import Literal

RetryIn = int | Literal["never"] | None


class TrackerError(Exception):
    """Refuses an announce or a scrape.

    `reason` is a sentence for the person at the client. `retry_in` is the number of minutes after
    which the same request may succeed, "never", or None when the tracker cannot tell (BEP 31).
    """

    def __init__(self, reason: str, retry_in: RetryIn = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_in = retry_in
