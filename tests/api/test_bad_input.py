"""Every endpoint answers invalid input with a documented error and stores nothing.

Queries and bodies are refused before the database is used, so one backend is sufficient.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest

from pulsar.testing.case import Case
from pulsar.testing.client import JSON
from pulsar.testing.invalid_values import (
    as_json,
    changed,
    describe_value,
    wrong_members,
    wrong_texts,
)
from pulsar.testing.operations import Operation

BAD_IDS = ("0", "-1", "0001", "%C2%B2", "%D9%A1", str(2**63), "9" * 40, "1.0", "1e3", "x", "1%00")
BAD_NAMES = ("%00", "%E2%80%AE", "x" * 300, "%7B%7D")
#: An id that does not exist.
NOBODYS = 2**63 - 1
INVALID_ID = re.compile(r"Invalid [A-Z]\w+ id\.")
BAD_UTF8 = ("%FF", "%C0%AF", "%ED%A0%80")
NOT_JSON = (
    b"{",
    b'{"a":',
    b"nul",
    b"{'a': 1}",
    b'{"a": 1,}',
    b'{"a": NaN}',
    b'{"a": 1} {}',
    b'\xef\xbb\xbf{"a": 1}',
    b'{"a": "\xff"}',
    b'{"a": "\xed\xa0\x80"}',
    rb'{"a": "\ud800"}',
    rb'{"\udfff": 1}',
    b'{"a": "\n"}',
    b"\0",
    b"[" * 10_000,
    b"[" * 10_000 + b"]" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
)
NOT_AN_OBJECT = (b"[]", b"1", b'"text"', b"null", b"true", b"1.5", b'[{"a": 1}]')
NAMES = ("unknown", "\0", "x" * 5000, "__proto__", "", "$")
OTHER_TYPES = (
    "text/plain",
    "text/json",
    "x",
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
)


class TestPath:
    def test_parameters_and_other_spellings(self, case: Case, operation: Operation) -> None:
        path = case.path.partition("?")[0]
        with case.on_trial():
            for name in operation.path_parameters:
                for value in BAD_IDS if name.endswith("_id") else BAD_NAMES:
                    answer = case.ask(case.world.path(operation, **{name: value}))
                    # Some endpoints accept any name, and report unknown ones in their own way.
                    if name.endswith("_id") or answer.status_int != operation.success:
                        case.expect(f"{name} {value[:40]}", answer, 404, "not_found")
            for other in (f"{path}/", f"/{path}", f"{path}/.", f"/.{path}", f"/x/..{path}"):
                answer = case.ask(other)
                if (answer.status_int, answer.content_type) != (404, JSON):
                    case.problems.append(f"{other}: {answer.status_int} {answer.text[:200]}")
            for bad in BAD_UTF8:
                case.expect(bad, case.ask(f"{path.rstrip('/')}/{bad}"), 400, "malformed")


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestMethod:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.first

    def test_options_names_them(self, case: Case, operation: Operation) -> None:
        path = case.path.partition("?")[0]
        answer = case.world.nobody.request("OPTIONS", path, status=204)
        assert answer.headers["Allow"] == ", ".join(operation.allowed)
        assert answer.body == b""

    def test_others_are_refused(self, case: Case, operation: Operation) -> None:
        allowed = set(operation.allowed)
        with case.on_trial():
            for method in {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE"} - allowed:
                answer = case.client.request(method, case.path)
                statuses = (answer.status_int, answer.headers.get("Allow"))
                if statuses != (405, ", ".join(operation.allowed)):
                    case.problems.append(f"{method}: {statuses}, not 405 and {operation.allowed}")
                elif method != "HEAD" and answer.json["code"] != "method_not_allowed":
                    case.problems.append(f"{method}: {answer.text[:200]}")


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestQuery:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return bool(operation.query)

    def test_bad_ones(self, case: Case, operation: Operation) -> None:
        with case.on_trial():
            for name, schema in operation.query.items():
                for value in wrong_texts(schema.get("items", schema)):
                    answer = case.query(f"{name}={quote(value)}", name)
                    case.expect(f"{name}={describe_value(value)}", answer, 400, "invalid", name)
                times = schema.get("maxItems", 1) + 1
                answer = case.query("&".join([f"{name}=1"] * times), name)
                case.expect(f"{name} {times} times", answer, 400, "invalid", name)
            for key in ("unknown", "x" * 3000, "%00", "page%00", "%F0%9F%98%80", "Page"):
                answer = case.query(f"{key}=1")
                case.expect(key[:40], answer, 400, "invalid", unquote(key)[:64])
            for bad in (*BAD_UTF8, "q=%C0%80"):
                case.expect(bad, case.query(bad), 400, "malformed")


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestBody:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.takes_body and operation.media_type == JSON

    def test_what_cannot_be_read(self, case: Case, operation: Operation) -> None:
        right = as_json(case.world.body(operation))
        longest = case.world.registry.settings["pulsar.max_body"]
        with case.on_trial():
            for body in NOT_JSON:
                case.expect(describe_value(body), case.send(body), 400, "malformed")
            for body in NOT_AN_OBJECT:
                case.expect(describe_value(body), case.send(body), 400, "invalid", "")
            for other in OTHER_TYPES:
                answer = case.send(right, other)
                case.expect(other or "no type", answer, 415, "unsupported_media_type")
            case.expect("too long", case.send(right.ljust(longest + 1)), 413, "too_large")

    def test_wrong_members(self, case: Case, operation: Operation) -> None:
        right = case.world.body(operation)
        assert isinstance(right, dict)
        with case.on_trial():
            for name, value in wrong_members(operation.body):
                answer = case.send(as_json(changed(right, name, value)))
                case.expect(f"{name}: {describe_value(value)}", answer, 400, "invalid", name)
            for name in NAMES:
                answer = case.send(as_json({**right, name: 1}))
                case.expect(f"unknown {describe_value(name)}", answer, 400, "invalid", name[:64])

    def test_references(self, case: Case, operation: Operation) -> None:
        """The error for an id that does not exist is the whole sentence."""
        right = case.world.body(operation)
        assert isinstance(right, dict)
        for name in operation.body.get("properties", {}):
            for value in (NOBODYS, [NOBODYS]):
                with case.world.undone():
                    answer = case.send(as_json({**right, name: value}))
                told = answer.json if answer.status_int == 400 else {}
                reason = next(iter(told.get("errors", {}).values()), [""])[0]
                if INVALID_ID.fullmatch(reason) and told["response"] != reason:
                    case.problems.append(f"{name}: {answer.text[:200]}")
        assert not case.problems, "\n".join(case.problems)
