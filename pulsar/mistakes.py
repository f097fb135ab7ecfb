"""Mistakes of operators: each becomes one sentence with the cause and the remedy.

Only known mistakes become a sentence; any other error is a fault in the code and keeps its
traceback. The exception classes are imported only when there is an error, so that commands start
quickly.
"""

from __future__ import annotations

import configparser
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Stands for the site's ini file in sentences of code that does not know its name.
INI = "YOUR.ini"
#: The exit status. Servers like gunicorn restart a process after any other status.
EXIT_STATUS = 3


@contextmanager
def mistakes_end_the_process(ini: str | None = None) -> Iterator[None]:
    """Print the sentence of a mistake on standard error and exit, without a traceback."""
    try:
        yield
    except Exception as error:
        sentence = explain(error, ini)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        raise SystemExit(EXIT_STATUS) from error


def explain(error: BaseException, ini: str | None = None) -> str | None:
    """The sentence for a mistake, None for other errors. ``ini`` is the file to correct."""
    sentence = _explain(error, ini or INI)
    return None if sentence is None else " ".join(sentence.replace(INI, ini or INI).split())


def _explain(error: BaseException, ini: str) -> str | None:
    from pyramid.exceptions import (
        ConfigurationConflictError,
        ConfigurationError,
        ConfigurationExecutionError,
    )
    from redis.exceptions import RedisError
    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(error, ConfigurationExecutionError):
        return _explain(error.evalue, ini)
    if isinstance(error, ConfigurationConflictError):
        return _conflict(error)
    if isinstance(error, ConfigurationError):
        return str(error)
    if isinstance(error, SQLAlchemyError):
        return explain_database(error)
    if isinstance(error, RedisError):
        return f"Redis cannot be used: {error}. Start it, or correct pulsar.redis_url in {INI}."
    if isinstance(error, configparser.Error | UnicodeDecodeError):
        return f"{ini} is not a valid ini file: {error}."
    if isinstance(error, LookupError | ImportError):
        return _of_the_ini_file(error, ini)
    if isinstance(error, OSError) and error.filename:
        return (
            f"Cannot use {error.filename}: {error.strerror}. Correct the path, or let the user "
            f"{_user()} read and write it."
        )
    return None


def _of_the_ini_file(error: LookupError | ImportError, ini: str) -> str | None:
    """Explain errors of the ini file's loader, whose types faults of the code may have as well."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    module = traceback.tb_frame.f_globals.get("__name__", "") if traceback is not None else ""
    if module.partition(".")[0] not in {"paste", "plaster", "plaster_pastedeploy", "importlib"}:
        return None
    return f"{ini} cannot be loaded: {error.args[0] if error.args else error}."


def _conflict(error: BaseException) -> str:
    """Explain that two plugins, or a plugin and the core, declare the same thing."""
    conflicts = getattr(error, "_conflicts", {})
    things = []
    for discriminator, infos in sorted(conflicts.items(), key=str):
        places = sorted({f"{info.file}:{info.line}" for info in infos})
        things.append(f"{discriminator!r} in {' and '.join(places)}")
    return (
        f"The same thing is declared twice: {'; '.join(things[:3])}. Take one of the plugins out "
        f"of pulsar.plugins in {INI}."
    )


def explain_database(error: BaseException, url: str = "") -> str | None:
    """The sentence for an error of SQLAlchemy that the operator can correct."""
    from sqlalchemy.exc import ArgumentError, DBAPIError

    place = f"the database {url}" if url else "the database"
    if isinstance(error, ArgumentError):
        return f"sqlalchemy.url in {INI} cannot be used: {error}."
    if not isinstance(error, DBAPIError):
        return None
    lines = str(error.orig).strip().splitlines()
    # Hints follow on separate lines.
    reason = next((line.strip() for line in lines if line.strip()), type(error.orig).__name__)
    reason = reason.rstrip(".")
    for phrase, remedy in _REMEDIES:
        if phrase in reason.lower():
            return f"Cannot use {place}: {reason}. {remedy}"
    if getattr(error.orig, "sqlstate", None) == "42501":
        return (
            f"Cannot use {place}: {reason}. Make the role of sqlalchemy.url in {INI} the owner of "
            "the database and of its tables: ALTER DATABASE … OWNER TO …."
        )
    if type(error).__name__ == "OperationalError":
        return f"Cannot use {place}: {reason}. Correct sqlalchemy.url in {INI}."
    return None


_REMEDIES: tuple[tuple[str, str], ...] = (
    (
        "does not exist",
        f"Create it with createdb or createuser, or correct sqlalchemy.url in {INI}.",
    ),
    ("password", f"Correct the name and the password in sqlalchemy.url in {INI}."),
    ("refused", f"Start the database server, or correct sqlalchemy.url in {INI}."),
    ("timeout", f"Start the database server, or correct sqlalchemy.url in {INI}."),
    (
        "unable to open database file",
        "Let the user of this process read and write the file and its folder, or correct "
        f"sqlalchemy.url or pulsar.var in {INI}; pulsar -c {INI} db upgrade makes both.",
    ),
    (
        "not a database",
        f"Name an SQLite file in sqlalchemy.url in {INI}, or restore it: "
        f"pulsar -c {INI} restore BACKUP.",
    ),
    ("database is locked", "Stop the process that writes to it for so long, and try again."),
    (
        "readonly",
        "Let the user of this process write the file and its folder.",
    ),
)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
