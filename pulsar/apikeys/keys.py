"""The format of a key: a name of ten characters, and a secret of 32."""

from __future__ import annotations

import hashlib
import re
import secrets

NAME_LENGTH = 10
_KEY = re.compile(r"[A-Za-z0-9_-]{42}", re.ASCII)


def new_key() -> tuple[str, str]:
    """Create a key; return its name and the whole key."""
    name = secrets.token_urlsafe(8)[:NAME_LENGTH]
    return name, name + secrets.token_urlsafe(24)


def digest(key: str) -> str:
    """Return the digest of a key, which is stored instead of the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(text: str) -> bool:
    """Return whether the text has the format of a key."""
    return _KEY.fullmatch(text) is not None
