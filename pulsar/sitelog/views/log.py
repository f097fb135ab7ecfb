"""The view of the site log."""

from __future__ import annotations

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...interfaces import ISearch
from ...paging import Page, paginate_after
from ...permissions import SITE_LOG_VIEW
from ...request import Request
from ...serialization import Listing
from ..inputs import ListLogInput
from ..interfaces import ILogEntry
from ..models import LogEntry
from ..resources import SiteLogEntries
from ..schemas import ListLog
from ..service import KIND


@view_config(
    context=SiteLogEntries,
    request_method="GET",
    permission=SITE_LOG_VIEW,
    schema=ListLog,
    response=Listing(ILogEntry),
)
def list_log(context: SiteLogEntries, request: Request[ListLogInput]) -> Page:
    """List the site log, newest first."""
    values = request.validated
    query = select(LogEntry).options(joinedload(LogEntry.actor))
    for name in ("action", "actor_id", "target_type", "target_id"):
        if name in values:
            query = query.where(getattr(LogEntry, name) == values[name])
    if values.get("q", "").strip():
        matching_ids = request.find_service(ISearch).matching(request.db, KIND, values["q"])
        query = query.where(LogEntry.id.in_(matching_ids))
    return paginate_after(request.db, query, LogEntry.id, values)
