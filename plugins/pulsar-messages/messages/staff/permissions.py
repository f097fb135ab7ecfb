"""Permissions for messages to staff."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "view_staff_pm"
SEND = "send_staff_pm"
RESOLVE = "resolve_staff_pm"
HANDLE = "staff_pm_handle"
ANSWERS = "staff_pm_answers"


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; by default, locked members keep the first three."""
    config.add_permission(VIEW, "Read one's messages to staff.", member=True)
    config.add_permission(SEND, "Write to staff.", member=True)
    config.add_permission(RESOLVE, "Resolve messages to staff, and open them again.", member=True)
    config.add_permission(HANDLE, "Read, answer and assign what members write to staff.")
    config.add_permission(ANSWERS, "Write canned answers.")
