"""Structured logs: one JSON object per line, one line per request with its id, and no secrets."""

from __future__ import annotations

from ..config import Configurator
from ..settings import CoreSettings
from .redaction import describe, format_error, redact
from .requests import logged, request_id
from .setup import JsonFormatter, configure

__all__ = ["JsonFormatter", "configure", "describe", "format_error", "logged", "redact"]


def includeme(config: Configurator) -> None:
    """Set up logging and the request id."""
    settings = config.registry.settings
    configure(CoreSettings.log_level.read(settings), pretty=CoreSettings.debug.read(settings))
    config.add_request_method(request_id, "id", reify=True)
