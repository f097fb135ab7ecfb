"""Assembles the application: settings, directives, services, core domains, plugins."""

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

# A module that adds a directive comes before those that use it, and one with a populator after
# those whose data it needs. The rest of the order is for readers, since Pyramid sorts actions when
# it executes them.
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
    """Pyramid's configurator, whose own ``add_permission`` cannot be replaced by a directive."""

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
        # Pyramid's own method accepts only the name.
        super().add_permission(name)  # type: ignore[call-arg]
        add_permission(self, name, title, member=member, basic=basic, feed=feed)


def make_configurator(settings: dict[str, Any]) -> Configurator:
    """A configurator that has included everything and committed nothing yet."""
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
    # Whichever transaction manager is used, the changes of a refused request are rolled back.
    config.registry.settings.setdefault("tm.commit_veto", default_commit_veto)
    include_plugins(config)
    return config
