"""Directives that generate the reference pages from the code.

``pulsar-settings`` lists every declared setting, ``pulsar-interfaces`` every interface of
:mod:`pulsar.interfaces` and of the packages, ``pulsar-directives`` the configuration directives,
``pulsar-endpoints`` the endpoints, ``pulsar-permissions`` the permissions, ``pulsar-metrics`` the
metrics of an application with every plugin.
``pulsar-request`` lists the attributes and methods of a request. ``pulsar-example`` shows a file of
a plugin that ``pulsar plugin new`` generates.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from zope.interface.interface import InterfaceClass, Method

import pulsar
from pulsar import directives, interfaces
from pulsar.cli.naming import Names
from pulsar.cli.scaffold import render
from pulsar.configuration import make_configurator
from pulsar.interfaces import IPermission
from pulsar.metrics.collecting import describe_metrics
from pulsar.openapi.describe import describe
from pulsar.plugins import installed
from pulsar.request import Request


@cache
def registry() -> Any:
    """Return the registry of an application with every installed plugin and no real database."""
    config = make_configurator(
        {
            "sqlalchemy.url": "sqlite://",
            "pulsar.plugins": " ".join(installed()),
            "pulsar.secret": "the documentation needs no secret, but one must be there",
        }
    )
    config.commit()
    return config.registry


class Generated(SphinxDirective):
    """A directive whose content is Markdown generated from the code."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of Markdown."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Parse the lines in place of the directive."""
        container = nodes.container()
        source = StringList(list(self.lines()), source=type(self).__name__)
        self.state.nested_parse(source, self.content_offset, container, match_titles=True)
        return container.children


class Settings(Generated):
    """Every declared setting with its default."""

    def lines(self) -> Iterator[str]:
        """Yield a table per plugin."""
        entries = registry().introspector.get_category("pulsar settings") or ()
        by_prefix: dict[str, list[Any]] = {}
        for entry in entries:
            item = entry["introspectable"]
            by_prefix.setdefault(item.discriminator.partition(".")[0], []).append(item)
        for prefix, items in sorted(by_prefix.items(), key=lambda pair: pair[0] != "pulsar"):
            yield from ("", f"**{prefix}**", "", "| setting | default | what |", "|---|---|---|")
            for item in items:
                setting = item["setting"]
                default = f"`{setting.default}`" if setting.default else "(empty)"
                yield f"| `{item.discriminator}` | {default} | {_cell(setting.doc)} |"


class Interfaces(Generated):
    """Every interface of the core."""

    def lines(self) -> Iterator[str]:
        """Yield a definition per interface, in the source's order, and a section per package."""
        for module in interface_modules():
            if module is not interfaces:
                yield from ("", f"## In `{module.__name__}`")
            for interface in own_interfaces(module):
                yield from self.definition(interface)

    def definition(self, interface: InterfaceClass) -> Iterator[str]:
        """Yield the definition of an interface."""
        yield from ("", f"`{interface.__name__}`", f": {_cell(interface.__doc__ or '')}", "")
        for name in sorted(interface.names()):
            member = interface[name]
            shown = f"{name}{member.getSignatureString()}" if isinstance(member, Method) else name
            yield f"  - `{shown}`: {_cell(member.__doc__ or '')}"


def interface_modules() -> list[ModuleType]:
    """Return :mod:`pulsar.interfaces`, and the modules ``interfaces`` of the core's packages."""
    packages = [module.name for module in pkgutil.iter_modules(pulsar.__path__) if module.ispkg]
    names = [f"pulsar.{package}.interfaces" for package in sorted(packages)]
    return [interfaces, *map(import_module, filter(find_spec, names))]


def own_interfaces(module: ModuleType) -> list[InterfaceClass]:
    """Return the interfaces that the module defines."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, InterfaceClass) and value.__module__ == module.__name__
    ]


class Directives(Generated):
    """Every ``config.add_*`` directive."""

    def lines(self) -> Iterator[str]:
        """Yield a definition per directive."""
        config = make_configurator(
            {
                "sqlalchemy.url": "sqlite://",
                "pulsar.plugins": " ".join(installed()),
                "pulsar.secret": "the documentation needs no secret, but one must be there",
            }
        )
        config.commit()
        known = dict(getattr(config.registry, "_directives", {}))
        known["add_permission"] = (directives.add_permission, True)
        for name, (function, _) in sorted(known.items()):
            if function.__module__.partition(".")[0] not in ("pulsar", *installed()):
                continue
            signature = re.sub(r"^\(config[^,)]*,? ?", "(", str(inspect.signature(function)))
            yield from ("", f"`config.{name}`", f": {_cell(inspect.getdoc(function) or '')}", "")
            # Postponed annotations are strings, whose quotes mean nothing to readers.
            signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", signature)
            yield f"  `{name}{signature}`"


class Endpoints(Generated):
    """Every endpoint with its permission."""

    def lines(self) -> Iterator[str]:
        """Yield a section of definitions per domain; paths are too long for a table's column."""
        document = describe(registry())
        sections: dict[str, list[str]] = {tag["name"]: [] for tag in document["tags"]}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                sections[operation["tags"][0]] += [
                    f"`{method.upper()} {path}`",
                    f": {_cell(operation['summary'])}. {_audience(operation)}",
                    "",
                ]
        for title, entries in sections.items():
            yield from ("", f"## {title}", "", *entries)


class Permissions(Generated):
    """Every permission."""

    def lines(self) -> Iterator[str]:
        """Yield one table."""
        yield from ("", "| permission | plugin | members | what |", "|---|---|---|---|")
        for name, permission in sorted(registry().getUtilitiesFor(IPermission)):
            has = "yes" if permission.member else ""
            yield f"| `{name}` | {permission.plugin} | {has} | {_cell(permission.title)} |"


class Metrics(Generated):
    """Every metric."""

    def lines(self) -> Iterator[str]:
        """Yield one table."""
        yield from ("", "| metric | type | labels | what |", "|---|---|---|---|")
        for metric in describe_metrics(registry()):
            labels = ", ".join(f"`{label}`" for label in metric.labels)
            yield f"| `{metric.name}` | {metric.type} | {labels} | {_cell(metric.title)} |"


class RequestMembers(Generated):
    """The attributes and methods of a request, in addition to those of Pyramid's."""

    def lines(self) -> Iterator[str]:
        """Yield one table."""
        yield from ("", "| name | type | what |", "|---|---|---|")
        for name, kind, title in members(Request):
            yield f"| `request.{name}` | `{_cell(kind)}` | {_cell(title)} |"


def members(cls: type) -> Iterator[tuple[str, str, str]]:
    """Yield the annotated attributes and the methods of a class: name, type and docstring."""
    definition: Any = ast.parse(inspect.getsource(cls)).body[0]
    for node, following in pairwise([*definition.body, ast.Pass()]):
        if isinstance(node, ast.AnnAssign) and isinstance(following, ast.Expr):
            title = ast.literal_eval(following.value)
            yield ast.unparse(node.target), ast.unparse(node.annotation), title
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            returns = ast.unparse(node.returns) if node.returns else ""
            if node.decorator_list:
                name = node.name
            else:
                name = f"{node.name}({', '.join(arg.arg for arg in node.args.args[1:])})"
            yield name, returns, ast.get_docstring(node) or ""


class Example(Generated):
    """A file of the plugin that ``pulsar plugin new bookmarks`` generates."""

    required_arguments = 1

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        names = Names("bookmarks", "bookmarks", "bookmark", "bookmarks")
        files = {str(path): text for path, text in render(names)}
        yield from ("```python", *files[self.arguments[0]].rstrip().splitlines(), "```")


def _audience(operation: dict[str, Any]) -> str:
    """Return which callers may call an operation."""
    if "x-permission" in operation:
        return f"Needs `{operation['x-permission']}`."
    return "For members." if "security" in operation else "For everybody."


def _cell(text: str) -> str:
    """Return the text on one line, with characters escaped for a table."""
    plain = re.sub(r"\s+", " ", text).strip().replace("``", "`").replace("|", "\\|")
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", plain)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives."""
    for name, directive in (
        ("pulsar-settings", Settings),
        ("pulsar-interfaces", Interfaces),
        ("pulsar-directives", Directives),
        ("pulsar-endpoints", Endpoints),
        ("pulsar-permissions", Permissions),
        ("pulsar-metrics", Metrics),
        ("pulsar-request", RequestMembers),
        ("pulsar-example", Example),
    ):
        app.add_directive(name, directive)
    return {"parallel_read_safe": True}
