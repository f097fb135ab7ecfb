"""Reading the site log."""

from __future__ import annotations

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...interfaces import ISearch
from ...paging import Page, paginate_after
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
    permission="site_log_view",
    schema=ListLog,
    response=Listing(ILogEntry),
)
def list_log(context: SiteLogEntries, request: Request[ListLogInput]) -> Page:
    """Read the site log, newest first."""
    wanted = request.validated
    query = select(LogEntry).options(joinedload(LogEntry.actor))
    for name in ("action", "actor_id", "target_type", "target_id"):
        if name in wanted:
            query = query.where(getattr(LogEntry, name) == wanted[name])
    if wanted.get("q", "").strip():
        found = request.find_service(ISearch).matching(request.db, KIND, wanted["q"])
        query = query.where(LogEntry.id.in_(found))
    return paginate_after(request.db, query, LogEntry.id, wanted)
