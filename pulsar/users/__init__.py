"""Members: their accounts and permissions."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IPasswords, IRoot
from ..jobs.schedule import DAILY
from ..permissions import USERS_MODERATE, USERS_MODERATE_ADVANCED, USERS_VIEW
from ..security.unrecorded import NO_HISTORY
from ..settings import CoreSettings
from .credit import upload_debt
from .interfaces import IUser
from .passwords import Passwords
from .resources import Users
from .serializers import UserSerializer


def includeme(config: Configurator) -> None:
    config.add_domain("Members")
    config.include(".gates")
    config.add_service(IPasswords, Passwords())
    config.add_permission(USERS_VIEW, "View members.", member=True)
    config.add_permission(USERS_MODERATE, "See and change members' private data.")
    config.add_permission(USERS_MODERATE_ADVANCED, "Grant any permission to members.")
    config.add_permission(NO_HISTORY, "Come from everywhere without being recorded.")
    config.add_resource("users", Users, parent=IRoot)
    config.add_serializer(UserSerializer, IUser)
    config.add_rate_limit(
        "Registration",
        r"/users",
        CoreSettings.rate_limit_login.of(config.registry),
        methods=("POST",),
    )
    config.add_link("users", "/users")
    config.add_statistic("upload_debt", "Bytes of upload credit that members owe.", upload_debt)
    config.add_job(
        "forget_addresses",
        DAILY,
        ".forgetting.forget_addresses",
        title="Forget addresses that members have not come from for long",
    )
    config.scan(".views")
