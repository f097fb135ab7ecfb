"""The number of torrents as a criterion for promotion and demotion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Torrent


def uploads(session: Session, user_ids: Sequence[int]) -> Mapping[int, float]:
    """Return the numbers of live torrents that the members have uploaded."""
    rows = session.execute(
        select(Torrent.uploader_id, func.count().label("number"))
        .where(Torrent.uploader_id.in_(user_ids), Torrent.deleted.is_(None))
        .group_by(Torrent.uploader_id)
    )
    return {row.uploader_id: row.number for row in rows}
