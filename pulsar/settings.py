"""Typed settings: declared once with a default and an explanation, read from the ini file."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyramid.exceptions import ConfigurationError
from pyramid.settings import aslist, falsey, truthy

from .ratelimit.limits import Limit

_UNITS = {"": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE = re.compile(r"([0-9]+)\s*([a-z]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """One option: the text of its default, how text becomes a value, and what it is for."""

    default: str
    parse: Callable[[str], Any]
    doc: str


def integer(minimum: int = 0, maximum: int = 2**63 - 1) -> Callable[[str], int]:
    """A parser of whole numbers in a range."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError as error:
            raise ValueError("must be a whole number") from error
        if not minimum <= value <= maximum:
            raise ValueError(f"must be from {minimum} to {maximum}")
        return value

    return parse


def seconds(text: str) -> float:
    """Parse a duration in seconds, not negative."""
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError("must be a number of seconds") from error
    if not 0 <= value < math.inf:
        raise ValueError("must be finite and not negative")
    return value


def interval(text: str) -> float:
    """Parse seconds between things that happen again and again, more than none."""
    value = seconds(text)
    if not value:
        raise ValueError("must be more than 0")
    return value


def size(text: str) -> int:
    """Parse an amount of bytes: ``10 MiB``, ``512KiB`` or ``1000``."""
    found = _SIZE.fullmatch(text.strip().lower())
    if found is None or found[2] not in _UNITS:
        raise ValueError("must be a number of bytes, KiB, MiB, GiB or TiB")
    return int(found[1]) * _UNITS[found[2]]


def choice(*values: str) -> Callable[[str], str]:
    """A parser that takes one of the words."""

    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(f"must be one of {', '.join(values)}")
        return text

    return parse


def text(value: str) -> str:
    """Parse any text, without the blanks around it."""
    return value.strip()


def words(value: str) -> tuple[str, ...]:
    """Parse a list separated by blanks or lines."""
    return tuple(aslist(value))


def hosts(value: str) -> tuple[str, ...]:
    """Parse names of hosts separated by blanks, ``*.`` before those whose parts are meant too."""
    names = tuple(name.lower() for name in aslist(value))
    for name in names:
        if name != "*" and not re.fullmatch(r"(?:\*\.)?[\w.-]+|\[[0-9a-f:.]+\]", name):
            raise ValueError("must be names of hosts separated by blanks, or *")
    return names


def durations(value: str) -> tuple[int, ...]:
    """Parse whole seconds separated by blanks, at least one of them."""
    found = aslist(value)
    if not found or not all(re.fullmatch(r"[0-9]{1,9}", one, re.ASCII) for one in found):
        raise ValueError("must be whole seconds separated by blanks")
    return tuple(map(int, found))


def limit(value: str) -> Limit:
    """Parse ``50/80`` (50 hits in 80 seconds)."""
    return Limit.parse(value)


def redis_url(value: str) -> str:
    """Parse the address of a Redis server."""
    address = value.strip()
    if not re.match(r"(redis|rediss|unix)://.", address):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    database = address.partition("://")[2].partition("/")[2].partition("?")[0]
    if not address.startswith("unix") and database and not database.isdecimal():
        raise ValueError("must end with the number of a database, e.g. /0")
    return address


def boolean(value: str) -> bool:
    """Parse ``true`` or ``false``, or one of their usual synonyms."""
    word = value.strip().lower()
    if word not in truthy and word not in falsey:
        raise ValueError("must be true or false")
    return word in truthy


def declare(
    settings: dict[str, Any], prefix: str, declared: Mapping[str, Setting]
) -> dict[str, Any]:
    """Replace the text of every declared option by its value, or by that of its default.

    Raises ConfigurationError for a value that does not parse and for an unknown option under the
    prefix, so that a misspelt option is not silently ignored.
    """
    dotted = f"{prefix}."
    for key in settings:
        if key.startswith(dotted) and key[len(dotted) :] not in declared:
            near = difflib.get_close_matches(key[len(dotted) :], declared, n=1)
            hint = f" Did you mean {dotted}{near[0]}?" if near else ""
            raise ConfigurationError(f"Unknown setting {key}.{hint}")
    values = {}
    for name, setting in declared.items():
        raw = settings.get(dotted + name, setting.default)
        if isinstance(raw, str):
            try:
                raw = setting.parse(raw)
            except ValueError as error:
                raise ConfigurationError(f"Setting {dotted}{name}: {raw!r} {error}.") from error
        values[dotted + name] = raw
    settings.update(values)
    return values


def derive(settings: dict[str, Any]) -> None:
    """Fill in what follows from ``pulsar.var`` where the ini file says nothing of it.

    PasteDeploy interpolates ``%(var)s`` with the file's own value, whatever the command line says;
    only a setting that is read by ``get`` can be overridden there.
    """
    folder = settings["pulsar.var"]
    if folder:
        settings.setdefault("sqlalchemy.url", f"sqlite:///{folder}/pulsar.sqlite")
        settings["pulsar.secret_file"] = settings["pulsar.secret_file"] or f"{folder}/secret"
        settings["pulsar.mail_folder"] = settings["pulsar.mail_folder"] or f"{folder}/mail"
    if "sqlalchemy.url" not in settings and "database" not in settings:
        raise ConfigurationError("Set sqlalchemy.url, or pulsar.var for an SQLite file.")


CORE: dict[str, Setting] = {
    "site_name": Setting("Pulsar", text, "The name of the site, shown by GET /."),
    "site_url": Setting(
        "", text, "The public address, e.g. https://example.org; empty takes the request's host."
    ),
    "var": Setting(
        "",
        text,
        "Folder for what the site writes itself; the SQLite file, the secret and the mails are "
        "there where sqlalchemy.url, pulsar.secret_file and pulsar.mail_folder say nothing else.",
    ),
    "plugins": Setting("", words, "Names of the plugins to load, in any order."),
    "private": Setting("true", boolean, "Whether torrents are forced private (BEP 27)."),
    "registration": Setting("invite", choice("open", "invite", "closed"), "Who may register."),
    "text_format": Setting(
        "bbcode", text, "Format of texts whose author names none: bbcode, markdown or a plugin's."
    ),
    "image_hosts": Setting(
        "*",
        hosts,
        "Hosts whose images texts may show, *.example.org for those below; others become links.",
    ),
    "reserved_names": Setting(
        "", words, "Names that nobody can register, besides those that mislead anywhere."
    ),
    "start_credit": Setting("5 GiB", size, "Upload credit of a new member."),
    "invite_days": Setting("3", integer(1, 3_650), "Days after which an unused invite expires."),
    "invite_link": Setting(
        "", text, "The page that registers, {code} is replaced; empty mails the bare code."
    ),
    "address_days": Setting(
        "180", integer(1, 36_500), "Days after which a member's address is forgotten."
    ),
    "secret": Setting("", text, "Key from which members' secrets are derived, 32+ characters."),
    "migration_lock_timeout": Setting(
        "10", seconds, "Seconds that a migration waits for a lock on PostgreSQL; 0 is no limit."
    ),
    "migration_statement_timeout": Setting(
        "1800",
        seconds,
        "Seconds that a statement of a migration may take on PostgreSQL; 0 is no limit.",
    ),
    "secret_file": Setting(
        "", text, "File that holds the secret, made at the first start where it is missing."
    ),
    "debug": Setting("false", boolean, "Log for people and show tracebacks in the log."),
    "log_level": Setting(
        "INFO", choice("DEBUG", "INFO", "WARNING", "ERROR"), "Least level logged."
    ),
    "cache": Setting("memory", choice("memory", "redis"), "Where the cache and rate limits are."),
    "cache_ttl": Setting("300", integer(1), "Seconds that a cached copy lives at the most."),
    "cache_size": Setting("50000", integer(1), "Entries that the in-process cache holds."),
    "redis_url": Setting("redis://127.0.0.1:6379/0", redis_url, "The Redis server."),
    "redis_prefix": Setting("pulsar:", text, "Put before every Redis key."),
    "max_body": Setting("1 MiB", size, "Longest JSON body."),
    "max_list": Setting(
        "2 MiB",
        size,
        "Bytes of items in an answer; a longer list ends early, and its `after` continues it.",
    ),
    "rate_limits": Setting("true", boolean, "Whether requests are limited at all."),
    "rate_limit_key": Setting("50/80", limit, "Requests per API key."),
    "rate_limit_user": Setting("80/80", limit, "Requests per member over all keys."),
    "rate_limit_anonymous": Setting(
        "30/60", limit, "Requests per address, or /64 of IPv6, without a key; wrong keys too."
    ),
    "rate_limit_login": Setting("10/300", limit, "Logins and registrations per address."),
    "lock_permissions": Setting(
        # Of the plugin messages: whoever is locked can ask staff why. Without it nobody has them.
        "view_staff_pm send_staff_pm resolve_staff_pm",
        words,
        "Permissions that a locked member keeps.",
    ),
    "key_timeout": Setting("1800", integer(60), "Seconds of idleness after which a key ends."),
    "cors_origins": Setting("*", words, "Origins that browsers may call from; * is all."),
    "metrics_token": Setting(
        "",
        text,
        "Who sends it as Authorization: Bearer may read /metrics; empty turns it off, * opens it.",
    ),
    "job_runner": Setting(
        "thread",
        choice("thread", "queue", "none"),
        "Who runs due jobs: a thread of each process, `pulsar jobs worker`, or `pulsar jobs run`.",
    ),
    "job_poll": Setting("10", interval, "Seconds between looks for due jobs."),
    "retry_attempts": Setting("3", integer(1, 10), "Tries of a request whose transaction clashed."),
    "deferred": Setting(
        "thread",
        choice("thread", "inline"),
        "Whether a thread sends mail and such, or the request that causes it.",
    ),
    "mail": Setting("none", choice("none", "folder", "smtp"), "Where mails go."),
    "mail_sender": Setting("", text, "Who mails are from: an address, or Name <address>."),
    "mail_folder": Setting("", text, "The folder that mails are written to as files."),
    "mail_host": Setting("127.0.0.1", text, "The mail server."),
    "mail_port": Setting("25", integer(1, 65_535), "Its port."),
    "mail_user": Setting("", text, "The name to log in to it with; empty does not log in."),
    "mail_password": Setting("", text, "The password to log in to it with."),
    "mail_tls": Setting(
        "none", choice("none", "starttls", "tls"), "Its encryption; certificates are verified."
    ),
    "mail_limit_address": Setting(
        "5/86400", limit, "Mails to an address that is not confirmed, whoever asks for them."
    ),
    "mail_limit_network": Setting(
        "20/3600", limit, "Mails to such addresses that a network asks for."
    ),
    "mail_tokens_per_hour": Setting(
        "3", integer(1), "Mails with a token of one kind that an account is sent in an hour."
    ),
    "confirm_email": Setting("true", boolean, "Whether members are mailed a token to confirm."),
    "require_confirmed_email": Setting(
        "false", boolean, "Whether only a confirmed address gets API keys by password."
    ),
    "confirm_link": Setting(
        "", text, "The page that confirms, {token} is replaced; empty mails the bare token."
    ),
    "confirm_lifetime": Setting("259200", integer(60), "Seconds that a token to confirm lives."),
    "reset_link": Setting("", text, "The page that resets a password, like confirm_link."),
    "reset_lifetime": Setting("3600", integer(60), "Seconds that a token to reset lives."),
    "login_delays": Setting(
        "0 0 0 30 90 300 900 10800 21600 86400",
        durations,
        "Seconds to wait after the first, second, ... failed login.",
    ),
    "login_account_allowance": Setting(
        "20",
        integer(0, 10_000),
        "Failed logins of an account from networks new to it, before those have to wait.",
    ),
    "login_decay": Setting(
        "3600", integer(1), "Seconds without failed logins after which one is forgotten."
    ),
}
