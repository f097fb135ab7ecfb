"""A valid request with a key that is not good for it is refused, and nothing is stored."""

from __future__ import annotations

from sqlalchemy import update

from pulsar.apikeys.models import APIKey
from pulsar.db import utcnow
from pulsar.testing.case import Case
from pulsar.testing.operations import Operation


class TestWrongKeys:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return 401 in operation.answers

    def test_they_are_refused(self, case: Case, operation: Operation) -> None:
        world = case.world
        good, revoked = (world.factory.key(world.owner.user) for _ in range(2))
        name = APIKey.hash == revoked[:10]
        world.db.execute(update(APIKey).where(name).values(revoked=utcnow()))
        world.db.commit()
        wrong = {
            "unknown": f"Token {'A' * 42}",
            "revoked": f"Token {revoked}",
            "another secret": f"Token {good[:10]}{good[10:].swapcase()}",
            "cut": f"Token {good[:-1]}",
            "too long": f"Token {good}x",
            "in two": f"Token {good[:20]} {good[20:]}",
            "two headers": f"Token {good}, Token {good}",
            "missing": "Token",
            "blank": "Token  ",
            "not ASCII": f"Token {'é' * 42}",
            "huge": f"Bearer {'x' * 100_000}",
            "SQL": "Token ' OR 1=1 --",
        }
        with case.on_trial():
            for what, value in wrong.items():
                client = world.nobody.with_authorization(value)
                answer = world.call(operation, client, case.path)
                case.expect(what, answer, 401, "unauthorized")
                if "WWW-Authenticate" not in answer.headers:
                    case.problems.append(f"{what}: no WWW-Authenticate")


class TestNoKey:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.needs_key

    def test_it_is_asked_for(self, case: Case, operation: Operation) -> None:
        with case.on_trial():
            for value in (None, "Basic YTpi", "x", "", "Tokenx y"):
                client = case.world.nobody
                client = client if value is None else client.with_authorization(value)
                answer = case.world.call(operation, client, case.path)
                case.expect(repr(value), answer, 401, "unauthorized")


class TestKeysThatMayNot:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.permission is not None

    def test_they_are_refused(self, case: Case, operation: Operation) -> None:
        world = case.world
        scope = next(name for name in world.permissions if name != operation.permission)
        restricted = world.factory.key(world.caller(operation).user, scope)
        foreign = world.person(denials=world.permissions).client
        with case.on_trial():
            answer = world.call(operation, world.nobody.as_key(restricted), case.path)
            case.expect("restricted to something else", answer, 403, "key_forbidden")
            answer = world.call(operation, foreign, case.path)
            case.expect("of somebody else", answer, 403, "forbidden")
