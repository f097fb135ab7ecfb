"""Who may register: a gate for each mode in which not everybody may."""

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
    """Directive: let the gate decide where the setting ``pulsar.registration`` is the mode."""

    def register() -> None:
        config.registry.registerUtility(gate, IRegistrationGate, mode)

    config.action(("pulsar registration gate", mode), register)


def registration_gate(registry: Registry) -> IRegistrationGate | None:
    """The gate, None where everybody may register. Raises RegistrationClosed."""
    mode = CoreSettings.registration.of(registry)
    if mode == CLOSED:
        raise RegistrationClosed
    return None if mode == OPEN else registry.getUtility(IRegistrationGate, mode)


def require_gate(registry: Registry) -> None:
    """Raise ConfigurationError where nothing decides about registrations."""
    mode = CoreSettings.registration.of(registry)
    if mode not in (OPEN, CLOSED) and registry.queryUtility(IRegistrationGate, mode) is None:
        raise ConfigurationError(
            f"pulsar.registration = {mode} needs a package that is not included; "
            "choose open or closed."
        )
