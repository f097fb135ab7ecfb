"""Starting a process without garbage collections.

Importing and configuring create some 300,000 objects, nearly all of which live as long as the
process. Collections in the meantime take a fifth of the time of starting, and free almost nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_paused = False


@contextmanager
def paused() -> Iterator[None]:
    """Run the block without garbage collections; a block inside of it ends the pause early.

    The first block of a process also excludes the objects that exist at its end from later
    collections, so that these are short and forked processes share the objects' memory.
    """
    global _paused
    if gc.isenabled():
        gc.disable()
        _paused = True
    try:
        yield
    finally:
        if _paused:
            _paused = False
            if gc.get_freeze_count() == 0:
                gc.freeze()
            gc.enable()
