"""Requests are committed or rolled back as a whole, and other work waits for the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pulsar.errors import ApiError
from pulsar.interfaces import IRoot
from pulsar.search.models import SearchDocument
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.traversal import Resource

calls: list[str] = []


class Lab(Resource):
    """``/lab``."""


def _write(request: Request, ref_id: int) -> None:
    request.db.add(SearchDocument(kind="lab", ref_id=ref_id, body="x"))
    request.db.flush()


def keep(context: Lab, request: Request) -> str:
    _write(request, 1)
    request.tm.get().addAfterCommitHook(lambda success: calls.append(f"kept {success}"))
    return "kept"


def refuse(context: Lab, request: Request) -> str:
    _write(request, 2)
    request.tm.get().addAfterCommitHook(lambda success: calls.append(f"refused {success}"))
    raise ApiError("No.")


def crash(context: Lab, request: Request) -> str:
    _write(request, 3)
    raise RuntimeError("a defect")


def savepoint(context: Lab, request: Request) -> str:
    _write(request, 4)
    nested = request.db.begin_nested()
    _write(request, 5)
    nested.rollback()
    return "kept one"


def statement(context: Lab, request: Request) -> str:
    """Run a statement that the session's unit of work does not see."""
    request.db.execute(SearchDocument.__table__.insert().values(kind="lab", ref_id=6, body="x"))
    return "kept"


def clash(context: Lab, request: Request) -> str:
    """Conflict with another transaction at the first attempt."""
    calls.append("try")
    _write(request, 7)
    if calls.count("try") == 1:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))
    return "kept"


def module(config: Configurator) -> None:
    """Include views that write."""
    config.add_resource("lab", Lab, parent=IRoot)
    for view in (keep, refuse, crash, savepoint, statement, clash):
        config.add_view(
            view, context=Lab, name=view.__name__, request_method="POST", permission=PUBLIC
        )


@pytest.fixture
def call(lab: Callable[..., Client], db: Session) -> Callable[[str], tuple[int, set[int]]]:
    """``call(name)``: the status of the view's response, and the data stored afterwards."""
    client = lab(module)
    calls.clear()

    def run(name: str) -> tuple[int, set[int]]:
        status = client.post(f"/lab/{name}").status_int
        db.expire_all()
        query = select(SearchDocument.ref_id).where(SearchDocument.kind == "lab")
        return status, set(db.scalars(query))

    return run


class TestRequest:
    def test_success_commits(self, call: Any) -> None:
        assert call("keep") == (200, {1})
        assert calls == ["kept True"]

    def test_an_error_for_the_caller_rolls_back(self, call: Any) -> None:
        assert call("refuse") == (400, set())
        assert "refused True" not in calls

    def test_a_defect_rolls_back(self, call: Any) -> None:
        assert call("crash") == (500, set())

    def test_a_savepoint_leaks_nothing(self, call: Any) -> None:
        assert call("savepoint") == (200, {4})

    def test_plain_statements_are_committed(self, call: Any) -> None:
        assert call("statement") == (200, {6})

    def test_a_clash_is_tried_again(self, call: Any) -> None:
        assert call("clash") == (200, {7})
        assert calls == ["try", "try"]


class TestProcesses:
    def test_they_see_each_others_commits(self, make_site: Callable[..., Any]) -> None:
        here, there = Client(make_site()), Client(make_site())
        body = {"username": "bob", "password": "correct horse 1!", "email": "bob@example.org"}
        here.post("/users", body, status=201)
        there.post("/users", body, status=409)

    def test_one_of_two_registrations_wins(
        self, make_site: Callable[..., Any], together: Callable[..., list[Any]]
    ) -> None:
        app = make_site()

        def register(username: str) -> int:
            email = f"{username.lower()}@example.org"
            body = {"username": username, "password": "correct horse 1!", "email": email}
            return Client(app).post("/users", body).status_int

        assert sorted(together(lambda: register("carol"), lambda: register("CAROL"))) == [201, 409]
