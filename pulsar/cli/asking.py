"""Options that are asked for where they are missing."""

from __future__ import annotations

import sys
from typing import Any

import click


class Asked(click.Option):
    """An option with a prompt, which names itself where there is no terminal to ask on."""

    def prompt_for_value(self, context: click.Context) -> Any:
        """The answer. Raises UsageError where nobody can answer."""
        try:
            return super().prompt_for_value(context)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            name = " or ".join(self.opts)
            raise click.UsageError(
                f"There is no terminal to ask for it: give {name}.", context
            ) from None
