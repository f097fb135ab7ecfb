"""``pulsar plugin new``: generate a new plugin."""

from __future__ import annotations

from pathlib import Path

import click

from .naming import Names, choose
from .scaffold import identifiers, write


@click.group()
def plugin() -> None:
    """Generate plugins."""


@plugin.command()
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="plugins",
    show_default=True,
    help="Where the plugin's own folder goes.",
)
@click.option("--package", help="The import package; the same as NAME where nothing is said.")
@click.option("--item", help="What one of the plugin's things is called.")
def new(name: str, folder: Path, package: str | None, item: str | None) -> None:
    """Generate a complete, working plugin called NAME, as a starting point for your own.

    It has a collection at /NAME with a table, permissions, a setting, a migration, a field on
    members, and tests of all that.
    """
    names = choose(name, package, item, identifiers())
    place = folder / names.distribution
    if place.exists():
        raise click.ClickException(f"{place} exists already.")
    files = write(names, place)
    click.echo(f"Made {place}, {len(files)} files: package {names.package}, /{names.name}.\n")
    click.echo("\n".join(_steps(names, place)))


def _steps(names: Names, place: Path) -> list[str]:
    """The next steps to print."""
    in_checkout = place.parent == Path("plugins") and Path("alembic.ini").exists()
    steps = [
        "Next:",
        "1. make install"
        if in_checkout
        else f"1. pip install --no-deps --no-build-isolation -e {place}",
        f"2. Add {names.name} to pulsar.plugins in your ini file.",
        "3. pulsar -c YOUR.ini db upgrade",
        f"4. python -m pytest {place / 'tests'}",
    ]
    if Path("alembic.ini").exists():
        steps += [
            "5. So that the tools of this checkout see it as well, add",
            f"   - %(here)s/{place / 'versions'} to version_locations in alembic.ini,",
            f"   - {place / names.package} to files and {place} to mypy_path of [tool.mypy]",
            "     in pyproject.toml.",
        ]
    return steps
