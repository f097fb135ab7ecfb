"""The ``config.add_*`` calls by which core domains and plugins extend Pulsar.

Each defers its work to an action with a discriminator, so that a conflict raises one
ConfigurationConflictError that names both places. Each adds an introspectable for the API
description, ``pulsar plugins`` and the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import colander
from pyramid.config import PHASE1_CONFIG
from pyramid.exceptions import ConfigurationError
from pyramid.interfaces import IRequest
from zope.interface import Interface

from . import plugins
from .config import CHECKS, Configurator
from .db.registry import Migrations
from .interfaces import (
    IDomain,
    IEncryptedColumn,
    IField,
    IHealthCheck,
    ILink,
    IMigrations,
    IPermission,
    IPermissionPattern,
    IRateLimitRule,
    IResource,
    IResourcePattern,
    IRoot,
    ISchemaNodes,
    ISecretKind,
    ISerializer,
)
from .ratelimit.limits import Rule
from .request import Request
from .secrets.encrypted import EncryptedColumn
from .secrets.kinds import SecretKind
from .security.permissions import NAME, Permission, PermissionPattern
from .settings import Settings
from .settings.limit import Limit
from .traversal import Resource, ResourcePattern


def includeme(config: Configurator) -> None:
    for directive in (
        plugins.add_plugin,
        add_domain,
        add_resource,
        add_serializer,
        add_field,
        add_schema_node,
        add_permission_pattern,
        add_migrations,
        add_service,
        add_secret_kind,
        add_encrypted_column,
        add_health_check,
        add_link,
        add_rate_limit,
        declare_settings,
    ):
        config.add_directive(directive.__name__, directive)
    config.add_request_method(find_service)
    config.action(
        ("pulsar", "permission check"), require_known_permissions, (config,), order=CHECKS
    )


def find_service(request: Request, provides: type[Interface]) -> Any:
    """``request.find_service(interface)``: the service registered for the interface."""
    return request.registry.getUtility(provides)


def declare_settings(config: Configurator, settings: type[Settings]) -> None:
    """Read the options from the ini file, and add them to the settings reference."""
    settings.parse(config.registry.settings)
    items = []
    for setting in settings.declared.values():
        item = config.introspectable("pulsar settings", setting.key, setting.key, "setting")
        item["setting"] = setting
        items.append(item)
    config.action(("pulsar settings", settings.prefix), None, introspectables=items)


def add_resource(
    config: Configurator,
    name: str | None = None,
    factory: type[Resource] | str = "",
    *,
    parent: Any = IRoot,
    pattern: str | None = None,
) -> None:
    """Put a resource at ``name`` below every resource that provides ``parent``.

    With ``pattern`` instead of a name, the child of the root is found by the form of its name.
    Raises ConfigurationError for a name that is a number, since numbers are ids of items.
    """
    if name is not None and name.isdecimal():
        raise ConfigurationError(f"Resource name {name!r} must not be a number.")
    resolved: type[Resource] = config.maybe_dotted(factory)
    parent = config.maybe_dotted(parent)
    label = name if name is not None else f"{{{pattern}}}"
    item = config.introspectable("pulsar resources", (parent, label), label, "resource")
    item.update(name=name, pattern=pattern, factory=resolved, parent=parent)

    def register() -> None:
        if pattern is not None:
            re.compile(pattern)
            config.registry.registerUtility(ResourcePattern(resolved), IResourcePattern, pattern)
            return

        def make(above: Resource, request: Any) -> Resource:
            return resolved(above, request, name or "")

        config.registry.registerAdapter(make, (parent, IRequest), IResource, name=name or "")

    config.action(("pulsar resource", parent, label), register, introspectables=(item,))


def add_serializer(config: Configurator, serializer: Any, content: type[Interface]) -> None:
    """Register the serializer of content."""
    serializer = config.maybe_dotted(serializer)
    content = config.maybe_dotted(content)
    item = config.introspectable("pulsar serializers", content, content.__name__, "serializer")
    item.update(serializer=serializer, content=content)

    def register() -> None:
        config.registry.registerAdapter(lambda _: serializer, (content,), ISerializer)
        config.registry.registerUtility(serializer, ISerializer, content.__identifier__)

    config.action(("pulsar serializer", content), register, introspectables=(item,))


def add_field(config: Configurator, content: type[Interface], name: str, field: Any) -> None:
    """Add a field to content of another plugin or of the core."""
    item = config.introspectable("pulsar fields", (content, name), name, "field")
    item.update(field=field, content=content)
    if not getattr(field, "name", name):
        field.__set_name__(content, name)

    def register() -> None:
        config.registry.registerUtility(field, IField, f"{content.__identifier__}:{name}")

    config.action(("pulsar field", content, name), register, introspectables=(item,))


def add_schema_node(
    config: Configurator, schema: type[colander.Schema], node: colander.SchemaNode
) -> None:
    """Add a node to the input schema of an endpoint of another plugin or of the core."""
    item = config.introspectable("pulsar nodes", (schema, node.name), node.name, "schema node")
    item.update(schema=schema, node=node)

    def register() -> None:
        key = f"{schema.__module__}.{schema.__qualname__}"
        nodes = config.registry.queryUtility(ISchemaNodes, key) or ()
        config.registry.registerUtility((*nodes, node), ISchemaNodes, key)

    config.action(
        ("pulsar node", schema, node.name), register, order=PHASE1_CONFIG, introspectables=(item,)
    )


def add_permission(
    config: Configurator,
    name: str,
    title: str,
    *,
    member: bool = False,
    basic: bool = False,
    feed: bool = False,
) -> None:
    """Declare a permission.

    ``member`` gives it to class 1 when it is first migrated, ``basic`` lets plain moderators grant
    it, and ``feed`` lets feed keys use it for reading.
    """
    if not NAME.fullmatch(name):
        raise ConfigurationError(f"Permission name {name!r} must match {NAME.pattern}.")
    package = config.package.__name__.partition(".")[0]
    permission = Permission(name, title, package, member, basic, feed)
    item = config.introspectable("pulsar permissions", name, title, "permission")
    item["permission"] = permission

    def register() -> None:
        config.registry.registerUtility(permission, IPermission, name)

    config.action(("pulsar permission", name), register, introspectables=(item,))


def add_permission_pattern(
    config: Configurator, prefix: str, title: str, *, basic: bool = False
) -> None:
    """Declare a permission for each id of a kind of object: the prefix, then the id.

    Views cannot require these permissions; a plugin checks them in the identity. ``basic`` lets
    plain moderators grant them.
    """
    if not NAME.fullmatch(f"{prefix}1"):
        raise ConfigurationError(f"Permission prefix {prefix!r} must match {NAME.pattern}.")
    package = config.package.__name__.partition(".")[0]
    pattern = PermissionPattern(prefix, title, package, basic)
    item = config.introspectable("pulsar permission patterns", prefix, title, "permission pattern")
    item["pattern"] = pattern

    def register() -> None:
        config.registry.registerUtility(pattern, IPermissionPattern, prefix)

    config.action(("pulsar permission pattern", prefix), register, introspectables=(item,))


def add_migrations(config: Configurator, package: str, *, label: str | None = None) -> None:
    """Declare the package with the plugin's alembic branch; the label is the plugin's name."""
    migrations = Migrations(label or package.partition(".")[0], package)
    item = config.introspectable("pulsar migrations", migrations.label, package, "migrations")
    item["migrations"] = migrations

    def register() -> None:
        config.registry.registerUtility(migrations, IMigrations, migrations.label)

    config.action(("pulsar migrations", migrations.label), register, introspectables=(item,))


def add_service(config: Configurator, provides: Any, service: Any) -> None:
    """Provide a service that ``request.find_service(interface)`` returns."""
    item = config.introspectable("pulsar services", provides, provides.__name__, "service")
    item.update(provides=provides, service=service)

    def register() -> None:
        config.registry.registerUtility(service, provides)

    config.action(
        ("pulsar service", provides), register, order=PHASE1_CONFIG, introspectables=(item,)
    )


def add_secret_kind(config: Configurator, name: str, title: str) -> None:
    """Declare a kind of member secret, e.g. the passkey."""
    item = config.introspectable("pulsar secrets", name, title, "secret kind")

    def register() -> None:
        config.registry.registerUtility(SecretKind(name, title), ISecretKind, name)

    config.action(("pulsar secret", name), register, introspectables=(item,))


def add_encrypted_column(config: Configurator, purpose: str, column: Any, title: str) -> None:
    """Declare a column with values that ``site_cipher(..., purpose)`` encrypted.

    Replacing the site's secret then encrypts the column's values again.
    """
    item = config.introspectable("pulsar encrypted columns", purpose, title, "encrypted column")

    def register() -> None:
        encrypted = EncryptedColumn(purpose, column, title)
        config.registry.registerUtility(encrypted, IEncryptedColumn, purpose)

    config.action(("pulsar encrypted column", purpose), register, introspectables=(item,))


def add_health_check(config: Configurator, name: str, check: Callable[[Any], None]) -> None:
    """Add a line to GET /health."""

    def register() -> None:
        config.registry.registerUtility(check, IHealthCheck, name)

    config.action(("pulsar health check", name), register)


def add_domain(config: Configurator, title: str) -> None:
    """Directive: set the title of the including core package in the API's description.

    Everything that a plugin adds is listed under the title of the plugin.
    """
    package = config.package.__name__
    item = config.introspectable("pulsar domains", package, title, "domain")
    item.update(package=package, title=title)

    def register() -> None:
        config.registry.registerUtility(title, IDomain, package)

    config.action(("pulsar domain", package), register, introspectables=(item,))


def add_link(config: Configurator, name: str, path: str) -> None:
    """Add a link to GET /."""

    def register() -> None:
        config.registry.registerUtility(path, ILink, name)

    config.action(("pulsar link", name), register)


def add_rate_limit(
    config: Configurator,
    name: str,
    path: str,
    limit: Limit | None,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "DELETE"),
) -> None:
    """Limit matching paths per address, or exempt them if the limit is None."""
    rule = Rule(name, re.compile(path), frozenset(methods), limit)
    item = config.introspectable("pulsar rate limits", name, path, "rate limit")
    item["rule"] = rule

    def register() -> None:
        config.registry.registerUtility(rule, IRateLimitRule, name)

    config.action(("pulsar rate limit", name), register, introspectables=(item,))


def require_known_permissions(config: Configurator) -> None:
    """Refuse to start if a view requires a permission that is not declared."""
    names = {name for name, _ in config.registry.getUtilitiesFor(IPermission)}
    for entry in config.registry.introspector.get_category("permissions", ()) or ():
        name = entry["introspectable"]["value"]
        if isinstance(name, str) and name not in names and not name.startswith("__"):
            views = ", ".join(str(related.discriminator) for related in entry["related"])
            raise ConfigurationError(f"Unknown permission {name!r}, asked for by {views}.")
