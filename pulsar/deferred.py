"""Work after the commit that no caller waits for, such as passing a mail to a mail server."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from zope.interface import implementer

from .config import Configurator
from .interfaces import IAppClosing, IDeferred
from .request import Request
from .settings import CoreSettings

log = structlog.get_logger(__name__)

Work = Callable[[], None]

#: The maximum of waiting work: a mail server that does not respond must not fill the memory.
_MOST = 1000
#: How many seconds a process that stops waits for the remaining work.
_PATIENCE = 30


def includeme(config: Configurator) -> None:
    """Provide the service, and let the process finish its work before it ends."""
    inline = CoreSettings.deferred.of(config.registry) == "inline"
    config.add_service(IDeferred, Deferred(inline=inline))
    config.add_subscriber(_stop, IAppClosing)


def _stop(event: Any) -> None:
    event.registry.getUtility(IDeferred).stop()


@implementer(IDeferred)
class Deferred:
    """Runs work in a thread that starts with the first work; with ``inline``, in the request's.

    Work that fails is logged and not retried. Waiting work is lost if the process is killed.
    """

    def __init__(self, *, inline: bool = False) -> None:
        self._inline = inline
        self._waiting: queue.Queue[Work | None] = queue.Queue(_MOST)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def after_commit(self, request: Request, work: Work) -> None:
        """Do the work after the request's transaction has committed; not if it is aborted."""
        request.tm.get().addAfterCommitHook(self._ended, (work,))

    def stop(self) -> None:
        """Finish waiting work, within a time limit, and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            with suppress(queue.Full):
                self._waiting.put(None, timeout=1)
            thread.join(_PATIENCE)

    def _ended(self, committed: bool, work: Work) -> None:
        if not committed:
            return
        if self._inline:
            self._do(work)
            return
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            log.error("deferred work dropped", waiting=_MOST)
        with self._lock:
            # A fork does not copy threads, so check that the thread is alive, not only that it
            # exists.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deferred", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            self._do(work)

    @staticmethod
    def _do(work: Work) -> None:
        try:
            work()
        except Exception:
            # The thread must survive any exception.
            log.exception("deferred work failed")
