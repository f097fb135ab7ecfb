"""What ``pshell`` has ready: ``[pshell]`` in the ini file names :func:`setup`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from transaction.interfaces import NoTransaction

from .db import Base


def setup(env: dict[str, Any]) -> Iterator[None]:
    """Add ``db``, ``tm`` and the models, in a transaction that has begun.

    ``pshell`` makes a context manager of a generator function, and enters nothing else.

    ``tm.commit()`` keeps what was done, ``tm.begin()`` goes on after it, and leaving the shell
    drops the rest. Without requests nothing runs in the background: no jobs, no swarms.
    """
    request = env["request"]
    # Its session is one that writes.
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
        # There is none after a commit.
        with suppress(NoTransaction):
            request.tm.abort()
