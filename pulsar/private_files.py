"""Files that only the site's user may read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(path: Path) -> None:
    """Make a file readable only by its owner; a missing file is ignored.

    Earlier versions created files that others could read. If the file has another owner, only the
    owner can change it, and the log says so.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
            log.warning("file made private", file=path.name, mode=oct(mode))
    except FileNotFoundError:
        return
    except PermissionError:
        log.warning("file is not private", file=path.name, remedy="chmod 600 by its owner")


def create_private(path: Path) -> None:
    """Create an empty file of mode 0600, or make an existing file private."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        make_private(path)


def replace_private(path: Path, text: str) -> None:
    """Replace a file atomically by one of mode 0600 with the same owner.

    A symbolic link is kept, and its target is replaced.
    """
    path = path.resolve()
    before = path.stat()
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            if os.fstat(descriptor).st_uid != before.st_uid:
                os.fchown(descriptor, before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
