"""The imports between packages of the core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pulsar

ROOT = Path(pulsar.__file__).parent
#: The examples of packages are for tests; no site imports them.
TESTING = {"examples.py": "testing"}


def packages(root: Path = ROOT) -> dict[str, set[str]]:
    """Return the packages and modules below the root, with those that each imports.

    Imports inside of functions count; imports for type checkers only do not.
    """
    graph: dict[str, set[str]] = {
        path.stem: set()
        for path in root.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    for file in root.rglob("*.py"):
        parts = file.relative_to(root).parts
        if not (file.parent / "__init__.py").exists():
            # This is a template, or a script that alembic runs.
            continue
        importer = TESTING.get(file.name, file.stem if len(parts) == 1 else parts[0])
        for imported in imports(ast.parse(file.read_text()), (root.name, *parts[:-1])):
            if imported in graph and imported != importer:
                graph[importer].add(imported)
    return graph


def imports(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the names below the root that code of the package imports."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else ()
            module = (*base, *(child.module.split(".") if child.module else ()))
            names = [(*module, alias.name) for alias in child.names]
        elif isinstance(child, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in child.names]
        else:
            yield from imports(child, package)
            continue
        yield from (name[1] for name in names if name[0] == package[0] and len(name) > 1)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return a path from a package back to itself; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        return names
    return []


def test_no_circles() -> None:
    graph = packages()
    assert len(graph) > 40
    assert circle(graph) == []


def test_users_know_nothing_of_what_builds_on_them() -> None:
    assert packages()["users"].isdisjoint({"accounts", "apikeys", "classes", "invites"})


@pytest.mark.parametrize(
    "code",
    [
        "from ..b import thing",
        "from .. import b",
        "import site_of_tests.b.c",
        "def late():\n    from ..b.c import thing",
        "try:\n    from ..b import thing\nexcept ImportError:\n    pass",
    ],
)
def test_circles_are_seen(tmp_path: Path, code: str) -> None:
    root = tmp_path / "site_of_tests"
    for name in ("a", "b"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text("")
    (root / "b" / "models.py").write_text("from ..a import thing\n")
    (root / "a" / "views.py").write_text("if TYPE_CHECKING:\n    from ..b import thing\n")
    assert circle(packages(root)) == []
    (root / "a" / "views.py").write_text(f"{code}\n")
    assert sorted(set(circle(packages(root)))) == ["a", "b"]
