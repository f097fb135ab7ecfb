"""Texts and errors are logged without secrets."""

from __future__ import annotations

import logging
import secrets
import sqlite3

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pulsar.db.session import make_engine
from pulsar.logs import describe, format_error, redact
from pulsar.logs.redaction import redact_entry
from pulsar.logs.setup import Redacting
from pulsar.testing.backends import Backend

PASSKEY = "0123456789abcdef0123456789abcdef"


class TestRedact:
    @pytest.mark.parametrize(
        ("path", "redacted"),
        [
            ("/users/7", "/users/7"),
            (f"/{PASSKEY}/announce", "/[secret]/announce"),
            (f"/announce/{PASSKEY.upper()}", "/announce/[secret]"),
            (f"/{PASSKEY}00/announce", "/[secret]/announce"),
            ("/wiki/schindlers-list-and-other-films", "/wiki/schindlers-list-and-other-films"),
            ("/users/bob@example.org", "[address]"),
        ],
    )
    def test_paths(self, path: str, redacted: str) -> None:
        assert redact(path) == redacted

    @pytest.mark.parametrize(
        ("line", "redacted"),
        [
            (
                "postgresql+psycopg://pulsar:hunter2@db/pulsar",
                "postgresql+psycopg://[secret]@db/pulsar",
            ),
            ("redis://:hunter2@127.0.0.1/0", "redis://[secret]@127.0.0.1/0"),
            ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
            ("host=db password=hunter2 user=pulsar", "host=db password=[secret] user=pulsar"),
            ("/torrents?feed_key=short&page=2", "/torrents?feed_key=[secret]&page=2"),
            ("to carl.o'neil+x@mail.example.org, bob@localhost", "to [address], [address]"),
            ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA+/x ok", "[secret] ok"),
            (
                "duplicate key\nDETAIL:  Key (lower(email))=(x y) already exists.",
                "duplicate key\n",
            ),
            ("Failing row contains (1, x, y).", "Failing row contains [secret]."),
            (
                "'ThreadSubscriptionResource' of a UniqueViolation",
                "'ThreadSubscriptionResource' of a UniqueViolation",
            ),
            ("MOST_THINGS_THAT_ARE_CONSTANT", "MOST_THINGS_THAT_ARE_CONSTANT"),
            ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "[secret]"),
        ],
    )
    def test_texts(self, line: str, redacted: str) -> None:
        assert redact(line) == redacted

    @pytest.mark.parametrize("length", [18, 24, 32])
    def test_what_is_made_at_random(self, length: int) -> None:
        for _ in range(500):
            assert redact(f"/invites/{secrets.token_urlsafe(length)}") == "/invites/[secret]"

    def test_long_texts_take_no_time(self) -> None:
        for letter in ("a", "@", "=", "(", "Key (", "A1", "=("):
            assert redact(letter * 20_000)


class TestEntry:
    def test_named_and_nested(self) -> None:
        entry = {
            "event": "x",
            "password": "hunter2",
            "request_id": PASSKEY,
            "number": 7,
            "inside": {"token": "abc", "texts": ["bob@example.org", PASSKEY]},
            "error": ValueError(f"no {PASSKEY}"),
        }
        assert redact_entry(None, "info", entry) == {
            "event": "x",
            "password": "[secret]",
            "request_id": PASSKEY,
            "number": 7,
            "inside": {"token": "[secret]", "texts": ["[address]", "[secret]"]},
            "error": "ValueError: no [secret]",
        }


def failed(backend: Backend, *statements: str, **parameters: str) -> DBAPIError:
    """Return the error of the last statement; all statements have the parameters."""
    engine = make_engine(backend.settings["sqlalchemy.url"])
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), parameters if ":" in statement else {})
    except DBAPIError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("no statement failed")


class TestErrors:
    def test_what_a_statement_was_given(self, backend: Backend) -> None:
        table = "CREATE TEMPORARY TABLE t (email text UNIQUE)"
        insert = "INSERT INTO t VALUES (:email)"
        error = failed(backend, table, insert, insert, email="hunter two")
        assert "hunter two" not in describe(error) + format_error(error)
        assert insert.partition("(")[0] in describe(error)
        assert "unique" in describe(error).lower()
        assert "test_redaction.py" in format_error(error)

    @pytest.mark.parametrize("backend", ["production"], indirect=True, scope="session")
    def test_what_the_database_could_not_read(self, backend: Backend) -> None:
        error = failed(backend, "SELECT CAST(CAST(:v AS text) AS integer)", v="hunter two")
        assert "hunter two" not in format_error(error)
        assert "InvalidTextRepresentation 22P02" in describe(error)

    def test_of_the_drivers(self) -> None:
        lost = psycopg.OperationalError("lost\nDETAIL:  x")
        assert describe(lost) == "OperationalError without SQLSTATE: lost"
        assert describe(sqlite3.OperationalError("locked")) == "OperationalError: locked"

    def test_causes_groups_and_notes(self) -> None:
        inner = ValueError("bob@example.org")
        inner.add_note(f"key={PASSKEY}")
        try:
            try:
                raise ExceptionGroup("several", [inner])
            except ExceptionGroup as error:
                raise RuntimeError("outer") from error
        except RuntimeError as error:
            told = format_error(error)
        assert told.count("Traceback") == 2
        for line in ("RuntimeError: outer", "  | ValueError: [address]", "  | key=[secret]"):
            assert line in told.splitlines()

    def test_that_go_round(self) -> None:
        first, second = ValueError("a"), ValueError("b")
        first.__cause__, second.__cause__ = second, first
        assert format_error(first).count("ValueError") == 2


class TestOtherHandlers:
    """Handlers with their own format, e.g. for a file."""

    def test(self, caplog: pytest.LogCaptureFixture) -> None:
        handler = caplog.handler
        filter = Redacting()
        handler.addFilter(filter)
        error = ValueError("bob@example.org")
        try:
            raise error
        except ValueError:
            logging.getLogger("waitress").exception("serving %s", f"/{PASSKEY}/announce")
        handler.removeFilter(filter)
        assert "serving /[secret]/announce" in caplog.text
        assert "ValueError: [address]" in caplog.text
        assert "bob" not in caplog.text
