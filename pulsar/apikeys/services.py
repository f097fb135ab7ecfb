"""Creating and revoking API keys."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, extract, update
from sqlalchemy.orm import Session

from ..db import utcnow
from ..errors import ApiError
from ..interfaces import IDatabase
from ..registry import Registry
from ..request import Request
from ..users import tags as user_tags
from ..users.recorded_addresses import RecordedAddress
from . import tags
from .keys import digest, new_key
from .lineage import revoke_with_descendants
from .models import APIKey

#: How long a revoked key stays in the database.
_KEPT = timedelta(days=90)
_NOWHERE = RecordedAddress()


class AlreadyRevoked(ApiError):
    """The key has already been revoked."""

    code = "already_revoked"


def create_key(
    session: Session,
    user_id: int,
    *,
    timeout: int,
    permanent: bool = False,
    permissions: list[str] | None = None,
    maker: RecordedAddress = _NOWHERE,
    parent_id: int | None = None,
) -> tuple[APIKey, str]:
    """Create a key of the member; return the row, and the whole key, which is not stored."""
    name, key = new_key()
    row = APIKey(
        hash=name,
        digest=digest(key),
        user_id=user_id,
        parent_id=parent_id,
        permanent=permanent,
        timeout=timeout,
        permissions=permissions,
        ip=maker.address,
        user_agent=maker.user_agent,
    )
    session.add(row)
    session.flush()
    return row, key


def is_live() -> ColumnElement[bool]:
    """Return a condition: the key is neither revoked nor idle for longer than its timeout."""
    return and_(APIKey.revoked.is_(None), ~_is_idle())


def _is_idle() -> ColumnElement[bool]:
    """Return a condition: the key was idle for longer than its timeout.

    SQLite's clock has whole seconds, so one second is added, and no key ends too early.
    """
    ends = extract("epoch", APIKey.last_used) + APIKey.timeout + 1
    return and_(APIKey.permanent.is_(False), ends < utcnow().timestamp())


def revoke_key(request: Request, key: APIKey) -> None:
    """Revoke a key and all keys created with it, effective at the next request with one of them.

    Raises AlreadyRevoked.
    """
    revoked = revoke_with_descendants(request.db, APIKey.id == key.id)
    if not revoked:
        raise AlreadyRevoked(f"APIKey {key.hash} is already revoked.")
    request.cache.invalidate(*(tags.key(name) for name in revoked))


def revoke_keys(request: Request, user_id: int) -> None:
    request.db.execute(
        update(APIKey)
        .where(APIKey.user_id == user_id, APIKey.revoked.is_(None))
        .values(revoked=utcnow())
    )
    request.cache.invalidate(user_tags.user(user_id))


def revoke_all_keys(session: Session) -> None:
    """Revoke the keys of all members; the caller invalidates ``tags.CREDENTIALS``."""
    session.execute(
        update(APIKey).where(APIKey.revoked.is_(None)).values(revoked=utcnow()),
        execution_options={"synchronize_session": False},
    )


def sweep(registry: Registry) -> None:
    """Job: revoke keys that were idle for too long, and delete those revoked long ago.

    The keys that were created with an idle key end with it.
    """
    now = utcnow()
    with registry.getUtility(IDatabase).session(True) as session:
        revoke_with_descendants(session, _is_idle())
        session.execute(
            delete(APIKey).where(APIKey.revoked < now - _KEPT),
            execution_options={"synchronize_session": False},
        )
        session.commit()
