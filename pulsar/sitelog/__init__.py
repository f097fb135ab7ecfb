"""The site log: the actions of staff, in a table whose rows are never changed."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot, ISiteLog
from ..permissions import SITE_LOG_VIEW
from .interfaces import ILogEntry
from .resources import SiteLogEntries
from .serializers import LogEntrySerializer
from .service import SiteLog


def includeme(config: Configurator) -> None:
    """Provide the log and its endpoint."""
    config.add_domain("Site log")
    config.add_service(ISiteLog, SiteLog())
    config.add_permission(SITE_LOG_VIEW, "Read the site log.")
    config.add_resource("site_log", SiteLogEntries, parent=IRoot)
    config.add_serializer(LogEntrySerializer, ILogEntry)
    config.scan(".views")
