"""The output of a benchmark: a progress bar on standard error, then the results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

#: Results by name; None if a result could not be measured.
Figures = Mapping[str, float | None]


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar of ``total`` steps; the yielded function ends a step and names the next one."""
    columns = (TextColumn("{task.description:<24}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=total)

        def advance(description: str) -> None:
            bar.update(task, advance=1, description=description)

        yield advance


def print_figures(figures: Figures) -> None:
    """Print the results as the last line, for programs."""
    rounded = {name: None if value is None else round(value, 3) for name, value in figures.items()}
    print(json.dumps(rounded), flush=True)
