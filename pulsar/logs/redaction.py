"""Removing secrets and addresses from texts and errors before they are logged."""

from __future__ import annotations

import re
import traceback
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

SECRET = "[secret]"  # noqa: S105  # what is put in its place
ADDRESS = "[address]"

_LONGEST_STATEMENT = 1000

#: Passkeys, feed keys and digests.
_HEX = re.compile(r"[0-9A-Fa-f]{32,}")
#: Possible API keys, mailed tokens and invite codes, which have 24 characters.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{24,}", re.ASCII)
#: Class names, which may have the same length.
_CAMEL_CASE = re.compile(r"_*(?:(?:HTTP|SQL|DBAPI|API|[A-Z])[a-z]{2,})+", re.ASCII)
_PASSHASH = re.compile(r"\$argon2[A-Za-z0-9$=,+/.-]*", re.ASCII)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})*")
#: Name and password in the URL of a database or of Redis.
_CREDENTIALS = re.compile(r"(://)[^\s/:@]*:[^\s/@]*@")
#: Secrets in the query of a URL or in a connection string.
_PARAMETER = re.compile(
    r"\b((?:\w{1,32}_)?(?:password|passwd|passhash|secret|token|passkey|key|code))"
    r"=(?!\[secret\])[^\s&;,'\")]+",
    re.ASCII | re.IGNORECASE,
)
#: Lines in which database drivers repeat the values of rows and parameters.
_VALUES = re.compile(r"^[ \t]*(?:DETAIL|CONTEXT):.*$|\[parameters: .*$", re.MULTILINE)
_ROW_VALUES = re.compile(r"(Key \(.{1,200}?\))=\(.*\)|(Failing row contains) \(.*\)")

#: Entries whose values are never logged.
_SECRET_NAMES = frozenset(
    {"password", "passhash", "secret", "token", "key", "passkey", "feed_key", "code", "email"}
)
#: Entries that look like a secret but are not: nginx's ids are 32 hexadecimal characters.
_PLAIN_NAMES = frozenset({"request_id", "timestamp", "level"})


def redact(text: str) -> str:
    """The text without keys, tokens, codes, hashes, mail addresses and credentials in URLs."""
    if "$argon2" in text:
        text = _PASSHASH.sub(SECRET, text)
    if "://" in text:
        text = _CREDENTIALS.sub(rf"\1{SECRET}@", text)
    if "@" in text:
        text = _EMAIL.sub(ADDRESS, text)
    if ":" in text:
        text = _VALUES.sub("", text)
    if "=" in text:
        text = _PARAMETER.sub(rf"\1={SECRET}", text)
    if "(" in text:
        text = _ROW_VALUES.sub(_without_values, text)
    return text if len(text) < 24 else _TOKEN.sub(_unless_word, _HEX.sub(SECRET, text))


def _without_values(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]} {SECRET}"


def _unless_word(match: re.Match[str]) -> str:
    text = match[0]
    is_slug = text == text.lower()
    is_constant = text == text.upper() and text.replace("_", "").isalpha()
    return text if is_slug or is_constant or _CAMEL_CASE.fullmatch(text) else SECRET


def redact_entry(log: Any, method: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Processor of structlog: redact every text of the entry."""
    for name, value in entry.items():
        if name in _SECRET_NAMES:
            entry[name] = SECRET
        elif name not in _PLAIN_NAMES and not isinstance(value, (int, float, type(None))):
            entry[name] = _redacted(value)
    return entry


def _redacted(value: Any) -> Any:
    """The value with every text in it redacted; values that are not JSON become text."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, dict):
        return {
            name: SECRET if name in _SECRET_NAMES else _redacted(inner)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(inner) for inner in value]
    return value if isinstance(value, (bool, int, float, type(None))) else redact(str(value))


def describe(error: BaseException) -> str:
    """An error in one line: its type and its text, without values of rows."""
    if isinstance(error, DBAPIError):
        statement = f" [SQL: {error.statement[:_LONGEST_STATEMENT]}]" if error.statement else ""
        return f"{type(error).__name__}: {_of_driver(error.orig)}{statement}"
    if isinstance(error, psycopg.Error):
        return _of_driver(error)
    return f"{type(error).__name__}: {redact(str(error))}"


def _of_driver(error: BaseException | None) -> str:
    """The driver's error without the details, in which PostgreSQL repeats rows and parameters."""
    name = type(error).__name__
    if not isinstance(error, psycopg.Error):
        return f"{name}: {redact(str(error))}"
    state = error.sqlstate or "without SQLSTATE"
    if state.startswith("22"):
        # The message of a data exception contains the value itself.
        return f"{name} {state}"
    message = error.diag.message_primary or str(error).partition("\n")[0]
    return f"{name} {state}: {redact(message)}"


def format_error(error: BaseException) -> str:
    """The traceback, with causes and without local variables; texts are like :func:`describe`'s."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> list[str]:
    seen.add(id(error))
    lines: list[str] = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        link = "direct cause of" if error.__cause__ is not None else "handled during"
        lines += [*_lines(cause, seen), "", f"The above exception was {link} the following:", ""]
    if error.__traceback__ is not None:
        lines.append("Traceback (most recent call last):")
        lines += "".join(traceback.format_tb(error.__traceback__)).splitlines()
    lines.append(describe(error))
    lines += [redact(note) for note in getattr(error, "__notes__", ())]
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            if id(inner) not in seen:
                lines += ["  | " + line for line in _lines(inner, seen)]
    return lines
