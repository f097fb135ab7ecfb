"""Alembic's environment for ``pulsar db`` and for ``alembic -c alembic.ini``."""

from __future__ import annotations

from alembic import context

from pulsar.configuration import make_configurator
from pulsar.db import environment

environment.run(context, make_configurator)
