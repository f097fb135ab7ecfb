"""The members and objects that a walk of the API uses."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, cast
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from webtest import TestResponse

from ..interfaces import ICache, IPermission
from ..users.models import User
from .client import Client
from .examples import Examples, Form
from .factories import STAFF_CLASS, Factory
from .operations import Operation


class MissingExample(AssertionError):
    """An endpoint cannot be called because an example of its input is missing."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member, and a client that calls the API with their key."""

    user: User
    client: Client


class World:
    """A site with members; objects are created when a path needs them."""

    def __init__(self, client: Client, factory: Factory, db: Session, examples: Examples) -> None:
        self.nobody = client
        self.factory = factory
        self.db = db
        self.registry = client.app.registry
        self.examples = examples
        #: Undoes changes that tests make outside of the database.
        self.after = ExitStack()
        self._made: dict[Any, Any] = {}
        self._numbers = count(1)

    def number(self) -> int:
        """A different number each time, for names."""
        return next(self._numbers)

    def person(self, name: str = "", **kwargs: Any) -> Person:
        """A person, always the same for a name. ``kwargs`` as for Factory.user."""
        key = ("person", name or self.number())
        if key not in self._made:
            user = self.factory.user(name or None, **kwargs)
            self._made[key] = Person(user, self.nobody.as_key(self.factory.key(user)))
        person: Person = self._made[key]
        return person

    @property
    def staff(self) -> Person:
        """A person with all permissions."""
        return self.person("staff", user_class_id=STAFF_CLASS)

    @property
    def owner(self) -> Person:
        """The ordinary member to whom the objects belong."""
        return self.person("owner")

    @property
    def permissions(self) -> list[str]:
        return sorted(name for name, _ in self.registry.getUtilitiesFor(IPermission))

    @property
    def opening(self) -> list[str]:
        """The permissions, of those with patterns, that give access to the objects."""
        return [name for make in self.examples.opening.values() for name in self.once(make)]

    def once(self, make: Callable[[World], Any]) -> Any:
        """The function's result, computed at the first call."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def branch(self) -> World:
        """A temporary copy of this model, which forgets the objects created in it."""
        world = copy.copy(self)
        world.after = ExitStack()
        world._made = dict(self._made)
        return world

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Roll back everything stored in the block; create objects needed later before it."""
        self.db.commit()
        connection = cast(Connection, self.db.get_bind())
        point = connection.begin_nested()
        try:
            yield
        finally:
            self.db.commit()
            point.rollback()
            # Some copies were made from data that has been rolled back.
            self.registry.getUtility(ICache).clear()

    def values(self, operation: Operation) -> dict[str, str]:
        """The values of the operation's path parameters, escaped."""
        return {
            name: quote(str(self.once(self._parameter(operation, name))), safe="")
            for name in operation.path_parameters
        }

    def path(self, operation: Operation, **values: str) -> str:
        """The operation's path with its query, to existing objects except for the ``values``."""
        path = operation.fill({**self.values(operation), **values})
        query = self.examples.queries.get(str(operation))
        if query is None and operation.required_query:
            raise MissingExample(
                f"{operation} needs a query: add a function with "
                f'@examples.query("{operation}") to the module `examples` of its package.'
            )
        return f"{path}?{urlencode(self.once(query), doseq=True)}" if query else path

    def body(self, operation: Operation) -> dict[str, Any] | Form:
        """A valid body of the operation."""
        bodies = self.examples.bodies
        make = bodies.get(str(operation))
        for path, like in self.examples.own.items():
            make = make or bodies.get(str(operation).replace(path, like))
        if make is not None:
            body: dict[str, Any] | Form = self.once(make)
            return body
        if operation.body.get("properties"):
            raise MissingExample(
                f"{operation} needs a body: add a function with "
                f'@examples.body("{operation}") to the module `examples` of its package.'
            )
        return {}

    def change(self, operation: Operation, member: str) -> Any:
        """Another value for a member of the operation's body, if an example gives one."""
        make = self.examples.changes.get(f"{operation} {member}")
        return make(self) if make else None

    def another(self, member: str) -> int | None:
        """The id of a new object for a member such as ``forum_id``, or None for other members."""
        names = [key.rpartition(" ")[2] for key in self.examples.parameters]
        fitting = [name for name in names if name == member or name.endswith(f"_{member}")]
        if not member.endswith("_id") or not fitting:
            return None
        return int(self.examples.parameters[min(fitting, key=len)](self))

    def caller(self, operation: Operation) -> Person:
        """The person who can call the operation."""
        make = self.examples.callers.get(str(operation))
        person: Person = self.once(make) if make else self.staff
        return person

    def is_own(self, operation: Operation) -> bool:
        """Whether the operation is about an object of the caller."""
        return any(
            operation.path == path or operation.path.startswith(f"{path}/")
            for path in self.examples.own
        )

    def call(
        self, operation: Operation, client: Client | None = None, path: str | None = None
    ) -> TestResponse:
        """Send the operation's valid request, as its caller or with another client."""
        client = client or self.caller(operation).client
        path = path or self.path(operation)
        if not operation.takes_body:
            return client.get(path)
        body = self.body(operation)
        if isinstance(body, Form):
            files = [(name, *file) for name, file in body.files.items()]
            return client.upload(path, body.fields, files)
        send = getattr(client, operation.method.lower())
        answer: TestResponse = send(path, body or None)
        return answer

    def populate(self, operation: Operation, amount: int) -> None:
        """Create this number of the objects that the operation lists."""
        make = self.examples.lists.get(operation.path)
        if make is None:
            raise MissingExample(
                f"{operation} is a list: add a function that fills it with "
                f'@examples.items("{operation.path}") to the module `examples` of its package, or '
                f'examples.constant_list("{operation.path}") where nothing can.'
            )
        make(self, amount)

    def _parameter(self, operation: Operation, name: str) -> Callable[[World], Any]:
        """The function registered for the longest prefix of the path."""
        parameters = self.examples.parameters
        makers = [
            key
            for key in parameters
            if key.rpartition(" ")[2] == name and operation.path.startswith(key.rpartition(" ")[0])
        ]
        if not makers:
            raise MissingExample(
                f"{operation} has a path parameter: add a function with "
                f'@examples.parameter("{name}") to the module `examples` of its package.'
            )
        return parameters[max(makers, key=len)]
