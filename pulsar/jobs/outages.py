"""Logging that a service is unavailable: once a minute, not at every attempt."""

from __future__ import annotations

import time
from threading import Lock

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from ..mistakes import explain

log = structlog.get_logger(__name__)

#: Seconds after which the log repeats that a service is unavailable.
_SILENCE = 60.0
_SERVICES = (RedisError, SQLAlchemyError)


class Outages:
    """The outages that a worker has logged, and when. ``ini`` is the file to name in the remedy."""

    def __init__(self, ini: str | None = None) -> None:
        self._ini = ini
        self._lock = Lock()
        self._told: dict[type[Exception], float] = {}

    def tell(self, error: BaseException | None) -> bool:
        """Log an outage, at most once a minute; return False if the error is not an outage."""
        service = next((kind for kind in _SERVICES if isinstance(error, kind)), None)
        sentence = explain(error, self._ini) if error is not None and service is not None else None
        if service is None or sentence is None:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._told.get(service, -_SILENCE) + _SILENCE:
                return True
            self._told[service] = now
        log.warning("worker waits", reason=sentence)
        return True
