"""Cache tags of credentials."""

from __future__ import annotations

from ..security.tags import key

__all__ = ["CREDENTIALS", "key"]

#: Of every copy that opens an account: of API keys, feed keys and passkeys.
CREDENTIALS = "credentials"
