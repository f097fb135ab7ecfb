"""Resources of accounts, from ``/confirm_email`` to ``/users/{id}/credentials``."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow

from ..permissions import SECRETS_VIEW, USERS_MODERATE
from ..security import own
from ..traversal import Resource
from ..users.resources import UserResource


class ConfirmEmail(Resource):
    """The resource that confirms an address with a mailed token."""


class PasswordReset(Resource):
    """The resource that replaces a lost password."""


class Settings(Resource):
    """The caller's settings."""


class TwoFactorSetup(Resource):
    """The caller's second factor."""

    self_service = True


class UserCredentials(Resource):
    """A member's credentials, except for password and second factor."""

    __parent__: UserResource

    @property
    def self_service(self) -> bool:
        """Whether members may end their own credentials.

        Callers who stand above a member may end the member's.
        """
        identity = self.request.identity
        return identity is not None and identity.user_id == self.__parent__.member_id

    def __acl__(self) -> list[tuple[str, str, Any]]:
        return [(Allow, own(self.__parent__.member_id, SECRETS_VIEW), USERS_MODERATE)]


class SiteCredentials(Resource):
    """The credentials of all members."""
