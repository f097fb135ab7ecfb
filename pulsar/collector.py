"""Starting a process without garbage collections.

Importing and configuring create some 300,000 objects, nearly all of which live as long as the
process. Collections in the meantime take a fifth of the time of starting, and free almost nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_paused = False
_permanent = False


@contextmanager
def paused(permanent: bool = False) -> Iterator[None]:
    """Run the block without garbage collections; a block inside of it ends the pause early.

    With ``permanent``, the first block of a process also excludes the objects that exist at its end
    from later collections, so that these are short and forked processes share the objects' memory.
    It is for processes that have one application until they end.
    """
    global _paused, _permanent
    if gc.isenabled():
        gc.disable()
        _paused, _permanent = True, permanent
    try:
        yield
    finally:
        if _paused:
            _paused = False
            if _permanent and gc.get_freeze_count() == 0:
                gc.freeze()
            gc.enable()
