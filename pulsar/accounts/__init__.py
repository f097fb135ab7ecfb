"""Accounts: authentication, second factors, lost passwords, confirmed addresses."""

from __future__ import annotations

from pyramid.exceptions import ConfigurationError

from ..config import Configurator
from ..interfaces import ILogIn, IMe, IRoot, ITwoFactor
from ..jobs.schedule import HOURLY
from ..permissions import USERS_CHANGE_PASSWORD, USERS_EDIT_SETTINGS, USERS_MODERATE
from ..secrets.site import site_secrets
from ..serialization import DATETIME, Field, nullable
from ..settings import CoreSettings
from ..users.interfaces import IUser, IUserCreated
from ..users.resources import UserResource, Users
from .confirmation import ask_new_member, is_asked_for
from .login import LogIn
from .models import TwoFactor
from .resources import (
    ConfirmEmail,
    PasswordReset,
    Settings,
    SiteCredentials,
    TwoFactorSetup,
    UserCredentials,
)
from .two_factor import PURPOSE, TwoFactorService


def includeme(config: Configurator) -> None:
    """Provide the endpoints and jobs of accounts."""
    config.add_domain("Accounts")
    settings = config.registry.settings
    if CoreSettings.require_confirmed_email.read(settings) and not is_asked_for(settings):
        raise ConfigurationError(
            "pulsar.require_confirmed_email needs pulsar.confirm_email and pulsar.mail."
        )
    config.add_service(ILogIn, LogIn())
    config.add_service(ITwoFactor, TwoFactorService(site_secrets(settings).keys))
    config.add_encrypted_column(PURPOSE, TwoFactor.secret, "Second factors")
    config.add_permission(USERS_EDIT_SETTINGS, "Change one's own settings.", member=True)
    config.add_permission(USERS_CHANGE_PASSWORD, "Change one's own password.", member=True)
    config.add_resource("confirm_email", ConfirmEmail, parent=IRoot)
    config.add_resource("password_reset", PasswordReset, parent=IRoot)
    config.add_resource("settings", Settings, parent=Users)
    config.add_resource("credentials", SiteCredentials, parent=IRoot)
    config.add_resource("credentials", UserCredentials, parent=UserResource)
    config.add_resource("two_factor", TwoFactorSetup, parent=IMe)
    config.add_field(
        IUser,
        "email_confirmed",
        Field(nullable(DATETIME), "email_confirmed", permission=USERS_MODERATE, own=True),
    )
    config.add_rate_limit(
        "Mailed tokens",
        r"/confirm_email|/password_reset(/confirm)?",
        CoreSettings.rate_limit_login.read(settings),
        methods=("POST",),
    )
    config.add_subscriber(ask_new_member, IUserCreated)
    config.add_job(
        "forget_failed_logins", HOURLY, ".backoff.forget_old", title="Drop old failed logins."
    )
    config.add_job(
        "forget_mailed_tokens", HOURLY, ".tokens.forget_old", title="Drop old mailed tokens."
    )
    config.scan(".views")
