"""Cache tags of credentials."""

from __future__ import annotations

from ..security.tags import key

__all__ = ["CREDENTIALS", "key"]

#: The tag of every copy made from a credential: an API key, a feed key or a passkey.
CREDENTIALS = "credentials"
