"""Answers that wait for one commit of the announcer: those of one turn of the event loop."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from typing import Any, Protocol

import structlog

from ..interfaces import IAnnouncer
from ..protocol.responses import failure

log = structlog.get_logger(__name__)

#: The answer if the announcer itself fails; minutes until the client should try again.
UNAVAILABLE = failure("The tracker has an error. Try again later.", 5)


class Receiver(Protocol):
    """A connection or a socket through which answers leave."""

    def send(self, answer: bytes, context: Any) -> None:
        """Write an answer, unless the connection is closed."""
        ...

    def refuse(self, refusal: bytes, context: Any) -> None:
        """Write a bencoded refusal in place of an announce's answer."""
        ...


class Turn:
    """Collects the answers of a turn, commits, and lets them leave in the order of requests."""

    def __init__(self, loop: AbstractEventLoop, announcer: IAnnouncer) -> None:
        self._loop = loop
        self._announcer = announcer
        self._answers: list[tuple[Receiver, bytes, Any, bool]] = []

    def add(self, receiver: Receiver, answer: bytes, context: Any, announce: bool) -> None:
        """Let an answer leave at the end of this turn; ``announce``: only if it is committed."""
        if not self._answers:
            self._loop.call_soon(self.flush)
        self._answers.append((receiver, answer, context, announce))

    def flush(self) -> None:
        """Commit, and write the answers."""
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        refusal = self._commit()
        for receiver, answer, context, announce in answers:
            try:
                if refusal is not None and announce:
                    receiver.refuse(refusal, context)
                else:
                    receiver.send(answer, context)
            except Exception:
                # The others get theirs all the same.
                log.exception("answer not sent")

    def _commit(self) -> bytes | None:
        try:
            return self._announcer.commit()
        except Exception:
            log.exception("announces not committed")
            return UNAVAILABLE
