"""Generating a new plugin's folder from the templates."""

from __future__ import annotations

import io
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from .naming import Names

#: Keeps tools from treating templates as Python files.
_SUFFIX = ".template"
#: Names for finding the identifiers of the templates themselves.
_NEUTRAL = Names("neutral0", "neutral1", "neutral2", "neutral3")


def render(names: Names, environment: str = "") -> Iterator[tuple[PurePosixPath, str]]:
    """The files of a plugin: their paths in its folder, and their text.

    ``environment`` is the folder of a virtual environment that the Makefile does not find itself.
    """
    substitutions = names.substitutions | {"environment": f" {environment}" if environment else ""}
    folders = {"PACKAGE": names.package, "ITEMS": names.items, "NAME": names.name}
    for path, template in _templates(resources.files("pulsar.cli") / "templates" / "plugin"):
        place = str(path).removesuffix(_SUFFIX)
        for placeholder, value in folders.items():
            place = place.replace(placeholder, value)
        # Globs that collect a distribution's files omit hidden ones.
        place = ".gitignore" if place == "gitignore" else place
        text = template.read_text("utf-8")
        for placeholder, value in substitutions.items():
            text = text.replace(f"{{{{{placeholder}}}}}", value)
        yield PurePosixPath(place), text


def identifiers() -> frozenset[str]:
    """The identifiers that the generated code uses, whatever the names are."""
    names: set[str] = set()
    for path, text in render(_NEUTRAL):
        if path.suffix == ".py":
            tokens = tokenize.generate_tokens(io.StringIO(text).readline)
            names.update(token.string for token in tokens if token.type == tokenize.NAME)
    return frozenset(names)


def write(names: Names, folder: Path) -> list[Path]:
    """Write the plugin into the folder, which must not exist; return its files."""
    folder.mkdir(parents=True)
    files = []
    for path, text in render(names, _environment(folder)):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        files.append(file)
    _tidy(folder)
    return files


def _environment(folder: Path) -> str:
    """The current virtual environment, or nothing if the Makefile finds it."""
    nearest = [parent / ".venv" for parent in (folder, *folder.absolute().parents[:3])]
    if sys.prefix == sys.base_prefix or any(
        candidate.resolve() == Path(sys.prefix).resolve() for candidate in nearest
    ):
        return ""
    return sys.prefix


def _tidy(folder: Path) -> None:
    """Sort imports and wrap lines if ruff is installed: both depend on the names."""
    if find_spec("ruff") is None:
        return
    ruff = [sys.executable, "-m", "ruff"]
    # The same as in a checkout, wherever the folder is.
    style = ["--line-length", "100", "--config", 'lint.isort.known-first-party = ["pulsar"]']
    for command in (["check", "--fix", "--select", "I"], ["format"]):
        arguments = [*ruff, *command, *style, "--quiet", "."]
        subprocess.run(arguments, cwd=folder, check=False)  # noqa: S603  # nothing of it is input


def _templates(folder: Traversable, *path: str) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _templates(entry, *path, entry.name)
        elif entry.name.endswith(_SUFFIX):
            yield PurePosixPath(*path, entry.name), entry
