"""Permissions for rules."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "rules_view"
VIEW_HISTORY = "rules_view_history"
MODIFY = "rules_modify"


def add_permissions(config: Configurator) -> None:
    config.add_permission(VIEW, "Read the rules.", member=True)
    config.add_permission(VIEW_HISTORY, "See what the rules were before.", basic=True)
    config.add_permission(MODIFY, "Make, edit, hide and restore sections of the rules.")
