"""What ``pshell`` has ready: ``[pshell]`` in the ini file names :func:`setup`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from .db import Base


@contextmanager
def setup(env: dict[str, Any]) -> Iterator[None]:
    """Add ``db``, ``tm`` and the models, in a transaction that has begun.

    ``tm.commit()`` keeps what was done; leaving the shell drops the rest. Without requests nothing
    runs in the background: no jobs, no swarms.
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
        request.tm.abort()
