"""Creating members and keys for tests, faster than through the API."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from ..apikeys.services import create_key
from ..classes.models import LOWEST_CLASS, UserClass, UserClassPermission
from ..users.models import User, UserPermission
from ..users.passwords import Passwords

PASSWORD = "correct horse 1!"
STAFF_CLASS = 2
#: Memory in KiB and passes of argon2id; production uses higher values.
QUICK_HASHES = (64, 1)


@cache
def _passhash() -> str:
    return Passwords(*QUICK_HASHES).hash(PASSWORD)


class Factory:
    """Adds objects to the test's session, with numbered names."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = count(1)

    def user(
        self,
        username: str | None = None,
        *,
        grants: Iterable[str] = (),
        denials: Iterable[str] = (),
        **kwargs: Any,
    ) -> User:
        """A member of class 1 with the password ``PASSWORD``."""
        number = next(self._numbers)
        username = username or f"member{number}"
        user = User(
            username=username,
            email=kwargs.pop("email", f"{username.lower()}@example.org"),
            passhash=_passhash(),
            user_class_id=kwargs.pop("user_class_id", LOWEST_CLASS),
            **kwargs,
        )
        self.session.add(user)
        self.session.flush()
        for granted, names in ((True, grants), (False, denials)):
            for name in names:
                self.session.add(UserPermission(user_id=user.id, permission=name, granted=granted))
        self.session.commit()
        return user

    def staff(self, username: str | None = None, **kwargs: Any) -> User:
        """A member of the Staff class, which has god mode."""
        return self.user(username, user_class_id=STAFF_CLASS, **kwargs)

    def user_class(self, name: str, *permissions: str, **kwargs: Any) -> UserClass:
        """A class with the permissions."""
        user_class = UserClass(name=name, **kwargs)
        self.session.add(user_class)
        self.session.flush()
        for permission in permissions:
            self.session.add(
                UserClassPermission(user_class_id=user_class.id, permission=permission)
            )
        self.session.commit()
        return user_class

    def key(self, user: User, *scope: str, permanent: bool = True, timeout: int = 1800) -> str:
        """An API key of the member; with a scope it is restricted."""
        _, key = create_key(
            self.session,
            user.id,
            timeout=timeout,
            permanent=permanent,
            permissions=list(scope) or None,
        )
        self.session.commit()
        return key
