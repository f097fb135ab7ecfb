"""The site's own secret, from which members' secrets are derived."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from pyramid.exceptions import ConfigurationError

from ..private_files import make_private
from ..settings import CoreSettings

MINIMUM = 32


def site_secret(settings: dict[str, Any]) -> bytes:
    """``pulsar.secret``, or the content of ``pulsar.secret_file``, which is made where missing."""
    secret = CoreSettings.secret.read(settings)
    if not secret and CoreSettings.secret_file.read(settings):
        secret = _read_or_make(Path(CoreSettings.secret_file.read(settings)))
    if len(secret) < MINIMUM:
        raise ConfigurationError(
            f"Set pulsar.secret to at least {MINIMUM} random characters, or pulsar.secret_file."
        )
    return secret.encode()


def _read_or_make(path: Path) -> str:
    """The file's content; two processes that start at once agree on whose file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().strip()
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        # link, unlike rename, never replaces the file of a process that was quicker.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_text().strip()
