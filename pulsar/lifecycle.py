"""The end of a process: background workers get to finish."""

from __future__ import annotations

import atexit
import signal
import sys
import threading
from dataclasses import dataclass
from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import IApplicationCreated
from zope.interface import implementer

from .interfaces import IAppClosing


@implementer(IAppClosing)
@dataclass(frozen=True, slots=True)
class AppClosing:
    """The process is about to stop."""

    registry: Any


def includeme(config: Configurator) -> None:
    """Notify IAppClosing once, at the end of every process that serves the application."""
    config.add_subscriber(_watch, IApplicationCreated)
    config.add_subscriber(_forget, IAppClosing)


def _watch(event: Any) -> None:
    registry = event.app.registry
    atexit.register(registry.notify, AppClosing(registry))
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        # By default SIGTERM, which process managers send, ends Python without any clean-up.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))


def _forget(event: Any) -> None:
    """Hold an application no longer that was closed before the process ends."""
    atexit.unregister(event.registry.notify)
