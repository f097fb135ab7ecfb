"""Reading the folder of rules: ``<language>/<section>.toml``, see the README."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyramid.exceptions import ConfigurationError

from pulsar.errors import Invalid
from pulsar.validation import Schema
from pulsar.validation.deriver import check

from .schemas import LANGUAGE, SECTION

SHIPPED = Path(__file__).with_name("data")
MAX_SIZE = 1024 * 1024
#: The maximum number of problems in one error message.
_MOST = 20


@dataclass(slots=True)
class FileSection:
    """A section's position, and its texts by language."""

    position: int = 0
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)


class Broken(Exception):
    """A file that cannot be read or parsed."""


def read_folder(folder: Path, schema: Schema) -> dict[str, FileSection]:
    """Read the sections by id. Raises ConfigurationError with all problems and their places."""
    sections: dict[str, FileSection] = {}
    places: dict[str, tuple[int, str]] = {}
    names: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for path in _section_files(folder, problems):
        label = f"{path.parent.name}/{path.name}"
        try:
            text = check(schema, _read(path))
        except Broken as error:
            problems.append(f"{label}: {error}")
            continue
        except Invalid as error:
            wrong = (error.errors or {}).items()
            problems += [f"{label}: {place(at)}{'; '.join(reasons)}" for at, reasons in wrong]
            continue
        language, section = path.parent.name, path.stem
        same = names.setdefault((language, text["name"]), label)
        if same != label:
            problems.append(f"{label}: name: {same} has the same")
        file_section = sections.setdefault(section, FileSection())
        position = text.pop("position", None)
        if position is not None:
            file_section.position, said = places.setdefault(section, (position, label))
            if position != file_section.position:
                problems.append(f"{label}: position: differs from that of {said}")
        file_section.texts[language] = text
    if problems:
        more = len(problems) - _MOST
        lines = [*problems[:_MOST], *([f"... and {more} more"] if more > 0 else [])]
        raise ConfigurationError(f"Rules in {folder}:\n" + "\n".join(lines))
    return sections


def place(path: str) -> str:
    """Describe a place in a file: ``rules.1.rules.0.summary`` becomes ``rule 2.1: summary:``."""
    numbers, names = [], []
    parts = path.split(".")
    for above, name in zip(("", *parts), parts, strict=False):
        if above == "rules" and name.isdecimal():
            numbers.append(str(int(name) + 1))
        else:
            names.append(name)
    inner = names[len(numbers) :]
    return "".join([f"rule {'.'.join(numbers)}: " if numbers else "", *(f"{n}: " for n in inner)])


def _section_files(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yield the section files in the order of their names; all other visible files are problems."""
    try:
        languages = _visible(folder)
        for language in languages:
            if not LANGUAGE.fullmatch(language.name) or not language.is_dir():
                problems.append(f"{language.name}: is not a folder named like a language, e.g. en")
                continue
            for path in _visible(language):
                if path.suffix == ".toml" and SECTION.fullmatch(path.stem) and path.is_file():
                    yield path
                else:
                    problems.append(
                        f"{language.name}/{path.name}: is not a file named <section>.toml, "
                        f"where <section> matches {SECTION.pattern}"
                    )
    except OSError as error:
        problems.append(f"{error.filename}: {error.strerror}")


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read(path: Path) -> dict[str, Any]:
    """Read and parse a file. Raises Broken."""
    try:
        if path.stat().st_size > MAX_SIZE:
            raise Broken(f"is longer than {MAX_SIZE} bytes")
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise Broken(error.strerror) from error
    except UnicodeDecodeError as error:
        raise Broken(f"is not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise Broken(f"is not TOML: {error}") from error
    except RecursionError as error:
        raise Broken("is nested too deeply") from error
