"""The set-up of ``pshell``: ``[pshell]`` in the ini file names :func:`setup`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from transaction.interfaces import NoTransaction

from .db import Base


def setup(env: dict[str, Any]) -> Iterator[None]:
    """Add ``db``, ``tm`` and the models, in a new transaction.

    ``pshell`` treats only generator functions as context managers.

    ``tm.commit()`` stores changes, ``tm.begin()`` starts the next transaction, and leaving the
    shell discards uncommitted changes. The shell answers no requests, so it runs no background
    tasks such as jobs.
    """
    request = env["request"]
    # Open a session that writes.
    request.method = "POST"
    request.tm.begin()
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    counted = Counter(model.__name__ for model in classes)
    models = {model.__name__: model for model in classes if counted[model.__name__] == 1}
    env.update(models)
    env.update(db=request.db, tm=request.tm, models=SimpleNamespace(**models))
    try:
        yield
    finally:
        # After a commit there is no transaction.
        with suppress(NoTransaction):
            request.tm.abort()
