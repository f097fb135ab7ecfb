"""One transaction manager per thread, which begins a transaction when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import transaction
from pyramid.response import Response
from pyramid_tm import default_commit_veto
from transaction import ThreadTransactionManager, TransactionManager
from transaction.interfaces import AlreadyInTransaction

from ..config import Configurator
from ..registry import Registry
from ..request import Request


def includeme(config: Configurator) -> None:
    """Let pyramid_tm use the thread's manager."""
    settings = config.registry.settings
    settings.setdefault("tm.manager_hook", manager_hook)
    settings.setdefault("tm.commit_veto", commit_veto)


class _LateManager(TransactionManager):
    """Begins a transaction at its first use; complains about work outside of one.

    A request that is answered from the cache has nothing to commit, and needs no transaction.
    """

    def __init__(self) -> None:
        super().__init__(explicit=True)
        self._awaited = False

    def begin(self) -> _LateManager:
        """Let the next :meth:`get` begin a transaction."""
        if self._awaited or self._txn is not None:
            raise AlreadyInTransaction
        self._awaited = True
        return self

    @property
    def begun(self) -> bool:
        return self._txn is not None

    def note(self, text: str) -> None:
        """Ignore pyramid_tm's notes on transactions, which nobody reads."""

    def get(self) -> Any:
        if self._awaited:
            self._awaited = False
            super().begin()
        return super().get()

    def isDoomed(self) -> bool:  # noqa: N802  # the interface's name
        """Whether the transaction can only be aborted."""
        return not self._awaited and bool(super().isDoomed())

    def commit(self) -> None:
        """Commit the transaction, if any."""
        self._end(super().commit)

    def abort(self) -> None:
        """Abort the transaction, if any."""
        self._end(super().abort)

    def _end(self, end: Callable[[], None]) -> None:
        if self._awaited:
            self._awaited = False
        else:
            end()


class _ThreadManager(ThreadTransactionManager):
    """A :class:`_LateManager` per thread."""

    def __init__(self) -> None:
        super().__init__()
        self.manager = _LateManager()


manager = _ThreadManager()


def manager_hook(request: Request) -> _ThreadManager:
    """For pyramid_tm: the thread's manager, to which the session factory is bound once.

    Binding every request's session to a separate manager costs a tenth of a millisecond.
    """
    return manager


def commit_veto(request: Request, response: Response) -> bool:
    """For pyramid_tm: whether to abort; False without asking if there is no transaction."""
    return manager.manager.begun and default_commit_veto(request, response)


def session_manager(registry: Registry) -> ThreadTransactionManager:
    """The manager that requests' sessions join; pyramid_tm's own without the replacement."""
    uses_late = registry.settings.get("tm.manager_hook") is manager_hook
    return manager if uses_late else transaction.manager
