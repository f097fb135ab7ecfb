"""``/confirm_email``, ``/password_reset``, ``/users/settings`` and ``/users/me/two_factor``."""

from __future__ import annotations

from ..traversal import Resource


class ConfirmEmail(Resource):
    """Where a mailed token confirms an address."""


class PasswordReset(Resource):
    """Where a lost password is replaced."""


class Settings(Resource):
    """The caller's settings."""


class TwoFactorSetup(Resource):
    """The caller's second factor."""

    self_service = True
