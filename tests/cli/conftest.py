"""Fixtures that run the command ``pulsar`` on the test's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.cli import main
from pulsar.cli.application import Application
from pulsar.sitelog.models import LogEntry

Run = Callable[..., Result]


@pytest.fixture
def run(registry: Any, db: Session, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("user", "show", "bob", input="")``: run the command and return its result."""
    monkeypatch.setattr(Application, "registry", registry)
    return lambda *arguments, **kwargs: CliRunner().invoke(main, list(arguments), **kwargs)


@pytest.fixture
def succeed(run: Run, db: Session) -> Callable[..., str]:
    """``succeed(...)``: the same, for a command that succeeds; return its output."""

    def check(*arguments: str, **kwargs: Any) -> str:
        result = run(*arguments, **kwargs)
        assert result.exit_code == 0, result.output
        db.expire_all()
        return result.stdout

    return check


@pytest.fixture
def fail(run: Run) -> Callable[..., str]:
    """``fail(...)``: the same, for a command that fails; return its one sentence."""

    def check(*arguments: str, **kwargs: Any) -> str:
        result = run(*arguments, **kwargs)
        assert result.exit_code == 1, result.output
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").removesuffix("\n")

    return check


@pytest.fixture
def logged(db: Session) -> Callable[[], list[LogEntry]]:
    """``logged()``: the entries of the site log."""
    return lambda: list(db.scalars(select(LogEntry).order_by(LogEntry.id)))
