"""Every error is in the envelope and reveals no internals."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest, HTTPFound, HTTPInternalServerError
from pyramid.request import Request
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pulsar.errors import ApiError, Conflict, Invalid
from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client

SECRET = "the password is hunter2"


@pytest.fixture
def failing(bare: Callable[..., Client]) -> Callable[[Exception], Client]:
    """A client of a site whose ``/fail`` raises the exception."""

    def make(error: Exception) -> Client:
        def view(context: Any, request: Request) -> Any:
            raise error

        def include(config: Configurator) -> None:
            config.add_view(view, context=IRoot, name="fail", permission=PUBLIC)

        return bare(include, settings={"pulsar.log_level": "ERROR"})

    return make


class TestApiErrors:
    def test_everything_is_told(self, failing: Callable[[Exception], Client]) -> None:
        error = Conflict("There is one.", code="one_exists", headers={"X-Hint": "7"}, existing_id=7)
        answer = failing(error).get("/fail", status=409)
        assert answer.json == {
            "status": "failed",
            "code": "one_exists",
            "response": "There is one.",
            "existing_id": 7,
        }
        assert answer.headers["X-Hint"] == "7"
        assert "ETag" not in answer.headers

    def test_defaults(self, failing: Callable[[Exception], Client]) -> None:
        answer = failing(ApiError()).get("/fail", status=400)
        assert (answer.json["code"], answer.json["response"]) == (
            "bad_request",
            "The request cannot be processed.",
        )

    def test_field_errors(self, failing: Callable[[Exception], Client]) -> None:
        answer = failing(Invalid({"a.b": ["no"], "c": ["never"]})).get("/fail", status=400)
        assert answer.json["response"] == 'Invalid data: no (key "a.b")'
        assert answer.json["errors"] == {"a.b": ["no"], "c": ["never"]}


class TestDefects:
    @pytest.mark.parametrize(
        "error",
        [
            RuntimeError(SECRET),
            KeyError(SECRET),
            IntegrityError(SECRET, {}, Exception(SECRET)),
            HTTPInternalServerError(SECRET),
        ],
    )
    def test_nothing_is_told(
        self, failing: Callable[[Exception], Client], error: Exception
    ) -> None:
        answer = failing(error).get("/fail", status=500)
        assert answer.json == {
            "status": "failed",
            "code": "internal_error",
            "response": "Something went wrong with your request.",
        }

    def test_the_log_tells(
        self, stderr: io.StringIO, failing: Callable[[Exception], Client]
    ) -> None:
        failing(RuntimeError("of the view")).get("/fail", status=500)
        assert "RuntimeError: of the view" in stderr.getvalue()


class TestOutages:
    @pytest.mark.parametrize(
        "error",
        [
            RedisAway(SECRET),
            PoolTimeout(SECRET),
            OperationalError(SECRET, {}, Exception("server closed the connection")),
        ],
    )
    def test_a_service_is_away(
        self, failing: Callable[[Exception], Client], error: Exception
    ) -> None:
        answer = failing(error).get("/fail", status=503)
        assert answer.json["code"] == "unavailable"
        assert answer.headers["Retry-After"] == "5"
        assert SECRET not in answer.text


class TestHttpExceptions:
    def test_client_error(self, failing: Callable[[Exception], Client]) -> None:
        answer = failing(HTTPBadRequest()).get("/fail", status=400)
        assert answer.json["status"] == "failed"

    def test_redirection(self, failing: Callable[[Exception], Client]) -> None:
        answer = failing(HTTPFound("/elsewhere")).get("/fail", status=302)
        assert answer.headers["Location"].endswith("/elsewhere")
