"""The start-up check: the application does not run on a database of another version."""

from __future__ import annotations

from pyramid.exceptions import ConfigurationError

from ..mistakes import INI
from ..registry import Registry
from .migrations import missing_heads


class SchemaOutOfDate(ConfigurationError):
    """The database lacks revisions that the enabled plugins need."""


def require_current_schema(registry: Registry) -> None:
    """Raise SchemaOutOfDate, with the command to run, if revisions are missing."""
    if registry.settings.get("database"):
        # The tests that pass in a connection have migrated its database.
        return
    missing = missing_heads(registry)
    if missing:
        raise SchemaOutOfDate(
            f"The database lacks {len(missing)} revision(s): {', '.join(sorted(missing))}. "
            f"Bring it up to date with: pulsar -c {INI} db upgrade"
        )
