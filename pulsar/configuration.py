"""Puts the house together: settings, directives, services, core domains, plugins."""

from __future__ import annotations

from typing import Any

from pyramid.config.actions import action_method
from pyramid_tm import default_commit_veto

from .config import Configurator
from .directives import add_permission
from .plugins import include_plugins
from .registry import Registry
from .request import Request
from .security import CLOSED, SecurityPolicy
from .security.policy import identity
from .settings import CoreSettings, derive
from .traversal import Root

# A module that adds a directive comes before those that use it, and one with a populator behind
# those whose data it builds on; the order of everything else is for readers, since Pyramid sorts
# actions when it executes them.
CORE = (
    "pyramid_tm",
    "pyramid_retry",
    ".framework",
    ".logs",
    ".lifecycle",
    ".deferred",
    ".db",
    ".secrets",
    ".cache",
    ".search",
    ".ratelimit",
    ".tweens",
    ".traversal",
    ".validation",
    ".classes.guard",
    ".serialization",
    ".exceptions",
    ".text",
    ".openapi",
    ".populate",
    ".jobs",
    ".mail",
    ".sitelog",
    ".notifications",
    ".comments",
    ".metrics",
    ".classes",
    ".users",
    ".apikeys",
    ".accounts",
    ".invites",
    ".moderation",
    ".site",
)


class PulsarConfigurator(Configurator):
    """Pyramid's configurator, whose own ``add_permission`` no directive can replace."""

    @action_method
    def add_permission(
        self,
        name: str,
        title: str,
        *,
        member: bool = False,
        basic: bool = False,
        feed: bool = False,
    ) -> None:
        """Declare a permission, see :func:`pulsar.directives.add_permission`."""
        # Pyramid's own method takes the name alone.
        super().add_permission(name)  # type: ignore[call-arg]
        add_permission(self, name, title, member=member, basic=basic, feed=feed)


def make_configurator(settings: dict[str, Any]) -> Configurator:
    """A configurator with everything included and nothing committed yet."""
    settings = dict(settings)
    CoreSettings.parse(settings)
    derive(settings)
    # Identity is loaded before the transaction begins, see pulsar.apikeys.authenticate.
    settings.setdefault("tm.annotate_user", "false")
    settings.setdefault("retry.attempts", CoreSettings.retry_attempts.read(settings))

    config = PulsarConfigurator(registry=Registry("pulsar"), package="pulsar")
    config.setup_registry(settings=settings, root_factory=Root)
    config.include(".directives")
    config.declare_settings(CoreSettings)
    config.set_default_permission(CLOSED)
    config.set_security_policy(SecurityPolicy())
    config.set_request_factory(Request)
    config.add_request_method(identity, reify=True)
    for module in CORE:
        config.include(module)
    # What a refused request wrote is rolled back, whichever manager there is.
    config.registry.settings.setdefault("tm.commit_veto", default_commit_veto)
    include_plugins(config)
    return config
