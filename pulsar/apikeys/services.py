"""Making API keys."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .keys import digest, new_key
from .models import APIKey


def create_key(
    session: Session,
    user_id: int,
    *,
    timeout: int,
    permanent: bool = False,
    permissions: list[str] | None = None,
) -> tuple[APIKey, str]:
    """A new key of the member: the row, and the whole key, which is never seen again."""
    name, key = new_key()
    row = APIKey(
        hash=name,
        digest=digest(key),
        user_id=user_id,
        permanent=permanent,
        timeout=timeout,
        permissions=permissions,
    )
    session.add(row)
    session.flush()
    return row, key
