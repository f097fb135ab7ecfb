"""Options that are prompted for if they are missing."""

from __future__ import annotations

import sys
from typing import Any

import click


class Asked(click.Option):
    """An option with a prompt; without a terminal, the error names the option."""

    def prompt_for_value(self, context: click.Context) -> Any:
        """The answer. Raises UsageError if there is no terminal."""
        try:
            return super().prompt_for_value(context)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            name = " or ".join(self.opts)
            raise click.UsageError(
                f"There is no terminal to ask for it: give {name}.", context
            ) from None
