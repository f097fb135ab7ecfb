"""User classes: what members may do by rank."""

from __future__ import annotations

from pyramid.config import Configurator

from ..interfaces import ISchemaUpgraded


def includeme(config: Configurator) -> None:
    """Hand new member permissions to class 1 whenever the database was migrated."""
    config.add_subscriber(".defaults.grant_member_permissions", ISchemaUpgraded)
    config.add_permission("site_god_mode", "Every permission check is true.")
    config.add_permission("site_manage_cache_keys", "See which cache keys a request touched.")
