"""Setting up structlog and the logging of libraries, so that both write the same format."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog

from .redaction import format_error, redact, redact_entry
from .requests import add_request_id


def _format_exc_info(exc_info: Any) -> str:
    return format_error(exc_info[1])


def _json(entry: dict[str, Any], default: Callable[[Any], Any]) -> str:
    try:
        return orjson.dumps(entry, default=default).decode()
    except TypeError:
        # Values that orjson refuses but that may be logged: lone surrogates and large numbers.
        return json.dumps(entry, default=default)


_PROCESSORS: list[Any] = [
    add_request_id,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(_format_exc_info),
    redact_entry,
]
_JSON_RENDERER: Any = structlog.processors.JSONRenderer(_json)


class JsonFormatter(logging.Formatter):
    """Formats records of the standard library's logging like Pulsar's own lines.

    For the ``class`` of a formatter in the ini file; the ``format`` option of that formatter is
    ignored.
    """

    renderer: Any = _JSON_RENDERER

    def format(self, record: logging.LogRecord) -> str:
        """Format the record as one line."""
        entry: Any = {"event": record.getMessage(), "logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            entry["exc_info"] = record.exc_info
        method = record.levelname.lower()
        for processor in (*_PROCESSORS, self.renderer):
            entry = processor(None, method, entry)
        return str(entry)


class PrettyFormatter(JsonFormatter):
    """Formats records for people."""


class Redacting(logging.Filter):
    """Removes secrets from records of handlers with their own format, e.g. files."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record's message and traceback; it is always logged."""
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = format_error(record.exc_info[1])
        return True


def log_stream() -> TextIO:
    """The stream to which lines are written."""
    return sys.stderr


def configure(level: str, *, pretty: bool) -> None:
    """Log JSON lines to standard error, or coloured lines; the lines of libraries too."""
    renderer: Any = _JSON_RENDERER
    if pretty:
        renderer = PrettyFormatter.renderer = structlog.dev.ConsoleRenderer(
            colors=log_stream().isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*_PROCESSORS, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(log_stream()),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(PrettyFormatter() if pretty else JsonFormatter())


def _configure_libraries(formatter: logging.Formatter) -> None:
    """Give the lines of the standard library's logging the same format.

    Console handlers get our formatter, whatever the ini file says. Other handlers keep their
    formatter, but secrets are removed from their records. Warnings and errors of threads are
    logged.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(log_stream()))
    loggers = [root, *map(logging.getLogger, list(root.manager.loggerDict))]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if getattr(handler, "stream", None) in (sys.__stderr__, sys.__stdout__, sys.stderr):
            handler.setFormatter(formatter)
        elif not any(isinstance(filter, Redacting) for filter in handler.filters):
            handler.addFilter(Redacting())
    logging.captureWarnings(True)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _log_thread_error
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _log_error


def _log_thread_error(args: Any) -> None:
    """Log that a thread died of an exception."""
    if args.exc_value is not None and args.exc_type is not SystemExit:
        name = args.thread.name if args.thread is not None else "unknown"
        structlog.get_logger(__name__).critical("thread died", thread=name, exc_info=args.exc_value)


def _log_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log that the process dies of an exception; interactive shells are not changed."""
    if hasattr(sys, "ps1") or not isinstance(error, Exception):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger(__name__).critical("process died", exc_info=error)
