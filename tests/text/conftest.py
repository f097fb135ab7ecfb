"""The text service of an application with the core alone."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from pulsar.configuration import make_configurator
from pulsar.interfaces import IText


@pytest.fixture(scope="package")
def text() -> Any:
    """The service."""
    before = structlog.get_config()
    config = make_configurator(
        {"sqlalchemy.url": "sqlite://", "pulsar.secret": "a secret of at least 32 characters"}
    )
    config.commit()
    structlog.configure(**before)
    return config.registry.getUtility(IText)
