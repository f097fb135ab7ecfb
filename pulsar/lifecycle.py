"""The lifecycle of a serving process: background tasks start with it and finish at its end."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import structlog
from pyramid.interfaces import IApplicationCreated
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from zope.interface import implementer

from .config import Configurator
from .interfaces import IAppClosing, IBackgroundTask, IDatabase, ILifecycle
from .registry import Registry

log = structlog.get_logger(__name__)

#: Seconds until a task that could not start is retried.
_PAUSE = 5.0


@implementer(IAppClosing)
@dataclass(frozen=True, slots=True)
class AppClosing:
    """The process is about to stop."""

    registry: Registry


@implementer(ILifecycle)
class Lifecycle:
    """Starts the background tasks once in each process that serves the application.

    Making the application starts nothing, since the application may be made for a shell, or by a
    process that forks the serving processes: threads do not survive a fork.
    """

    def __init__(self, registry: Registry) -> None:
        self.serving = False
        #: False in tools that send requests to the application without serving it.
        self.enabled = True
        self._registry = registry
        self._factories: dict[str, Callable[[Registry], IBackgroundTask]] = {}
        self._running: dict[str, IBackgroundTask] = {}
        self._lock = threading.Lock()
        self._try_again = 0.0
        self._forked = False
        _living.add(self)

    def add(self, name: str, factory: Callable[[Registry], IBackgroundTask]) -> None:
        """Let ``factory(registry)`` create a task when the process begins to serve."""
        self._factories[name] = factory

    def begin(self) -> None:
        """Start the tasks that are not running. A task that fails to start is retried later."""
        with self._lock:
            if self.serving or not self.enabled or time.monotonic() < self._try_again:
                return
            self._forked = False
            started = [self._start(name, make) for name, make in self._factories.items()]
            self.serving = all(started)
            self._try_again = time.monotonic() + _PAUSE

    def _start(self, name: str, make: Callable[[Registry], IBackgroundTask]) -> bool:
        if name in self._running:
            return True
        try:
            task = make(self._registry)
            task.start()
        except SQLAlchemyError as error:
            log.warning("background task not started", task=name, error=type(error).__name__)
            return False
        except Exception:
            # Whatever the error is, the site answers requests, and /health reports the task.
            log.exception("background task not started", task=name)
            return False
        self._running[name] = task
        return True

    def check(self) -> None:
        """Raise RuntimeError if a task that should run does not."""
        if not self.enabled:
            return
        missing = [name for name in self._factories if name not in self._running]
        if missing:
            raise RuntimeError(f"not started: {', '.join(missing)}")
        for task in self._running.values():
            task.check()

    def close(self) -> None:
        """Stop the tasks in reverse order of starting; none is started again."""
        with self._lock:
            self.serving, self.enabled = False, False
            running, self._running = self._running, {}
        for task in reversed(running.values()):
            task.stop()

    def at_exit(self) -> None:
        """Notify IAppClosing at the end of the process, unless it only inherited the application.

        A forked process has copies of data that its parent is about to write.
        """
        if not self._forked:
            self._registry.notify(AppClosing(self._registry))

    def after_fork(self) -> None:
        """Drop the parent's threads, locks and connections, which cannot be used in the child."""
        self.serving, self._forked = False, True
        self._lock = threading.Lock()
        self._running = {}
        self._try_again = 0.0
        engine = getattr(self._registry.queryUtility(IDatabase), "engine", None)
        if isinstance(engine, Engine):
            engine.dispose(close=False)


_living: WeakSet[Lifecycle] = WeakSet()


def _after_fork() -> None:
    for lifecycle in list(_living):
        lifecycle.after_fork()


os.register_at_fork(after_in_child=_after_fork)


def includeme(config: Configurator) -> None:
    """Provide the service and the directive; notify IAppClosing once, at the process's end."""
    lifecycle = Lifecycle(config.registry)
    config.add_service(ILifecycle, lifecycle)
    config.add_directive("add_background_task", add_background_task)
    config.add_health_check("background", lambda registry: lifecycle.check())
    config.add_subscriber(_watch, IApplicationCreated)
    config.add_subscriber(_close, IAppClosing)


def add_background_task(
    config: Configurator, name: str, factory: Callable[[Registry], IBackgroundTask]
) -> None:
    """Directive: run a background task in every process that serves the application.

    ``factory(registry)`` is called when the process begins to serve, see IBackgroundTask.
    """
    item = config.introspectable("pulsar background tasks", name, name, "background task")

    def register() -> None:
        config.registry.getUtility(ILifecycle).add(name, factory)

    config.action(("pulsar background task", name), register, introspectables=(item,))


def exit_on_sigterm() -> None:
    """For commands that serve: shut the process down cleanly at SIGTERM.

    By default SIGTERM ends Python without any clean-up. Only the command may set signal handlers:
    tests, scripts and servers with their own handlers make applications too.
    """
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))


def _watch(event: Any) -> None:
    atexit.register(event.app.registry.getUtility(ILifecycle).at_exit)


def _close(event: Any) -> None:
    """Release an application that was closed before the process ends."""
    lifecycle = event.registry.getUtility(ILifecycle)
    atexit.unregister(lifecycle.at_exit)
    lifecycle.close()
