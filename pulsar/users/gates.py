"""Registration gates, one for each mode in which registration is restricted."""

from __future__ import annotations

from pyramid.exceptions import ConfigurationError

from ..config import CHECKS, Configurator
from ..interfaces import IRegistrationGate
from ..registry import Registry
from ..settings import CoreSettings
from .services import RegistrationClosed

OPEN, CLOSED = "open", "closed"


def includeme(config: Configurator) -> None:
    config.add_directive("add_registration_gate", add_registration_gate)
    config.action(("pulsar", "registration"), require_gate, (config.registry,), order=CHECKS)


def add_registration_gate(config: Configurator, mode: str, gate: IRegistrationGate) -> None:
    """Directive: the gate decides about registrations if ``pulsar.registration`` is ``mode``."""

    def register() -> None:
        config.registry.registerUtility(gate, IRegistrationGate, mode)

    config.action(("pulsar registration gate", mode), register)


def registration_gate(registry: Registry) -> IRegistrationGate | None:
    """Return the gate, or None if anybody may register. Raises RegistrationClosed."""
    mode = CoreSettings.registration.of(registry)
    if mode == CLOSED:
        raise RegistrationClosed
    return None if mode == OPEN else registry.getUtility(IRegistrationGate, mode)


def require_gate(registry: Registry) -> None:
    """Raise ConfigurationError if no gate is registered for the mode."""
    mode = CoreSettings.registration.of(registry)
    if mode not in (OPEN, CLOSED) and registry.queryUtility(IRegistrationGate, mode) is None:
        raise ConfigurationError(
            f"pulsar.registration = {mode} needs a package that is not included; "
            "choose open or closed."
        )
