"""``/api_keys`` and ``/api_keys/{hash}``."""

from __future__ import annotations

import re

from ..classes.owned import OwnedCollection, OwnedItem
from ..permissions import API_KEYS_REVOKE, API_KEYS_VIEW
from .models import APIKey


class APIKeyResource(OwnedItem):
    """One key, live or revoked."""

    model: APIKey
    key = "hash"


class APIKeys(OwnedCollection):
    """Members' keys."""

    item = APIKeyResource
    model = APIKey
    permission = API_KEYS_VIEW
    revoking = API_KEYS_REVOKE
    form = re.compile(r"[A-Za-z0-9_-]{10}", re.ASCII)
    noun = "APIKey"
