"""The end of an application."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from pulsar import main
from pulsar.interfaces import IDatabase
from pulsar.lifecycle import AppClosing
from pulsar.testing.backends import Backend


def test_what_was_closed_is_not_held_until_the_process_ends(
    migrated: Backend, pulsar_settings: dict[str, Any]
) -> None:
    app = main({}, **pulsar_settings, **migrated.settings)
    registry = app.registry
    registry.notify(AppClosing(registry))
    registry.getUtility(IDatabase).engine.dispose()
    seen = weakref.ref(registry)
    del app, registry
    gc.collect()
    assert seen() is None
