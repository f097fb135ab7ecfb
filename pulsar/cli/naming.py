"""The names of a new plugin and of its objects."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from importlib.util import find_spec

import click

#: Maximum length, so that names fit into permissions and into lines of the generated code.
MAX_NAME, MAX_ITEM = 18, 24
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
#: Resources and tables of the core, which a test compares, and prefixes of settings that belong to
#: no plugin. Loading the core itself would take a second.
RESERVED = frozenset(
    {
        "addresses",
        "api_keys",
        "assets",
        "class",
        "confirm_email",
        "core",
        "credentials",
        "docs",
        "duplicate_addresses",
        "health",
        "history",
        "invite_tree",
        "invites",
        "ip_bans",
        "job_runs",
        "job_states",
        "jobs",
        "known_permissions",
        "login_failures",
        "mail_outbox",
        "mail_tokens",
        "members",
        "metrics",
        "notes",
        "notification_choices",
        "notifications",
        "openapi.json",
        "password_reset",
        "permissions",
        "pulsar",
        "pyramid",
        "recovery_codes",
        "retry",
        "search_documents",
        "secondary_class_members",
        "secondary_class_permissions",
        "secondary_classes",
        "secrets",
        "settings",
        "site_log",
        "sqlalchemy",
        "staff_notes",
        "statistics",
        "status",
        "tm",
        "two_factor",
        "user_addresses",
        "user_class_permissions",
        "user_classes",
        "user_permissions",
        "user_secrets",
        "user_status_changes",
        "user_warnings",
        "users",
        "warnings",
    }
)
#: Names of the folders and modules next to a plugin's package, and of those in a checkout.
_FOLDERS = frozenset(
    {"benchmarks", "build", "dist", "docs", "plugins", "scripts", "setup", "test", "tests", "var"}
    | {"versions"}
)


@dataclass(frozen=True)
class Names:
    """The plugin's name, its import package, and the singular and plural of its objects."""

    name: str
    package: str
    item: str
    items: str

    @property
    def distribution(self) -> str:
        """The name of the distribution, and of the plugin's folder."""
        return f"pulsar-{self.name.replace('_', '-')}"

    @property
    def substitutions(self) -> dict[str, str]:
        """The values of the templates' placeholders."""
        noun, nouns = self.item.replace("_", " "), self.items.replace("_", " ")
        a_noun = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
        return {
            "name": self.name,
            "package": self.package,
            "distribution": self.distribution,
            "title": self.name.replace("_", " ").capitalize(),
            "item": self.item,
            "items": self.items,
            "Item": camel(self.item),
            "Items": camel(self.items),
            "noun": noun,
            "nouns": nouns,
            "Nouns": nouns.capitalize(),
            "a_noun": a_noun,
            "A_noun": a_noun.capitalize(),
            "A_new_noun": f"A new {noun}",
            # By default, the branch is labelled like the package.
            "label": "" if self.name == self.package else f', label="{self.name}"',
            "year": str(datetime.now(UTC).year),
        }


def choose(name: str, package: str | None, item: str | None, used: frozenset[str]) -> Names:
    """Derive all names from the author's choices. Raises ClickException.

    ``used`` are the identifiers that the generated code uses itself.
    """
    require_free(name)
    single = singular(name)
    nouns = [single, f"{single}_entry"] if single != name else [f"{single}_entry"]
    for noun in nouns if item is None else [item]:
        require_form(noun, "noun", MAX_ITEM)
        names = Names(name, package or name, noun, plural(noun))
        own = {noun, names.items, camel(noun), camel(names.items)}
        if own.isdisjoint(used) and not keyword.iskeyword(noun):
            break
    else:
        raise click.ClickException(
            f"The generated code uses {noun!r} itself. Give another noun with --item."
        )
    require_package(names, is_given=package is not None)
    return names


def require_form(name: str, what: str, longest: int) -> None:
    """Raise ClickException for a name that is not valid in URLs, tables and identifiers."""
    if len(name) > longest or not _NAME.fullmatch(name):
        raise click.ClickException(
            f"{name!r} is no {what}: at most {longest} lower-case letters, digits and single "
            "underscores, beginning with a letter."
        )


def require_free(name: str) -> None:
    """Raise ClickException for a plugin's name that is malformed or already in use."""
    require_form(name, "name", MAX_NAME)
    if name in entry_points(group="pulsar.plugins").names:
        raise click.ClickException(f"A plugin named {name!r} is installed already.")
    if name in RESERVED:
        raise click.ClickException(f"{name!r} is a part of the core. Choose another name.")


def require_no_folder(name: str) -> None:
    """Raise ClickException for the name of a folder in a plugin or a checkout."""
    if name in _FOLDERS:
        raise click.ClickException(
            f"{name!r} is a folder of every plugin or checkout. Choose another name."
        )


def require_package(names: Names, *, is_given: bool) -> None:
    """Raise ClickException for a package that already exists, or that is not an identifier."""
    package = names.package
    require_form(package, "package", MAX_ITEM)
    require_no_folder(package)
    if keyword.iskeyword(package) or find_spec(package) is not None:
        what = "a word of the language" if keyword.iskeyword(package) else "another package's name"
        command = f"pulsar plugin new {names.name} --package pulsar_{names.name}"
        hint = (
            "Choose another one." if is_given else f"Give the plugin's package its own: {command}"
        )
        raise click.ClickException(f"{package!r} is {what} in Python. {hint}")


def camel(name: str) -> str:
    """Convert ``wiki_entry`` to the class name ``WikiEntry``."""
    return "".join(word.capitalize() for word in name.split("_"))


def singular(name: str) -> str:
    """The singular, by the most common rules; a word that seems to be no plural is not changed."""
    for ending, replacement in (
        ("ies", "y"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
        ("sses", "ss"),
    ):
        if name.endswith(ending):
            return name.removesuffix(ending) + replacement
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name.removesuffix("s")
    return name


def plural(name: str) -> str:
    """The plural, by the most common rules."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"
