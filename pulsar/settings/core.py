"""The options of the core."""

from __future__ import annotations

from typing import Any

from pyramid.exceptions import ConfigurationError

from . import parsers
from .parsers import (
    boolean,
    choice,
    durations,
    hosts,
    integer,
    interval,
    limit,
    lines,
    seconds,
    size,
    text,
    words,
)
from .setting import Setting, Settings


class CoreSettings(Settings, prefix="pulsar"):
    """The options under ``pulsar.``, read like ``CoreSettings.site_name.of(registry)``."""

    site_name = Setting("Pulsar", text, "The name of the site, shown by GET /.")
    site_url = Setting(
        "", text, "The public address, e.g. https://example.org; empty takes the request's host."
    )
    var = Setting(
        "",
        text,
        "Folder for what the site writes itself; the SQLite file, the secret and the mails are "
        "there where sqlalchemy.url, pulsar.secret_file and pulsar.mail_folder say nothing else.",
    )
    plugins = Setting("", words, "Names of the plugins to load, in any order.")
    private = Setting("true", boolean, "Whether torrents are forced private (BEP 27).")
    registration = Setting("invite", choice("open", "invite", "closed"), "Who may register.")
    text_format = Setting(
        "bbcode", text, "Format of texts whose author names none: bbcode, markdown or a plugin's."
    )
    image_hosts = Setting(
        "*",
        hosts,
        "Hosts whose images texts may show, *.example.org for those below; others become links.",
    )
    reserved_names = Setting(
        "", words, "Names that nobody can register, besides those that mislead anywhere."
    )
    start_credit = Setting("5 GiB", size, "Upload credit of a new member.")
    invite_days = Setting("3", integer(1, 3_650), "Days after which an unused invite expires.")
    invite_link = Setting(
        "", text, "The page that registers, {code} is replaced; empty mails the bare code."
    )
    address_days = Setting(
        "180", integer(1, 36_500), "Days after which a member's address is forgotten."
    )
    secret = Setting("", text, "Key from which members' secrets are derived, 32+ characters.")
    next_secret = Setting(
        "", text, "The secret that is to follow it, which processes accept already."
    )
    old_secrets = Setting(
        "", lines, "Former secrets, one a line, newest first, which are accepted still."
    )
    migration_lock_timeout = Setting(
        "10", seconds, "Seconds that a migration waits for a lock on PostgreSQL; 0 is no limit."
    )
    migration_statement_timeout = Setting(
        "1800",
        seconds,
        "Seconds that a statement of a migration may take on PostgreSQL; 0 is no limit.",
    )
    secret_file = Setting(
        "",
        text,
        "File that holds the secrets, one a line, made at the first start where it is missing.",
    )
    debug = Setting("false", boolean, "Log for people and show tracebacks in the log.")
    log_level = Setting("INFO", choice("DEBUG", "INFO", "WARNING", "ERROR"), "Least level logged.")
    cache = Setting("memory", choice("memory", "redis"), "Where the cache and rate limits are.")
    cache_ttl = Setting("300", integer(1), "Seconds that a cached copy lives at the most.")
    cache_size = Setting("50000", integer(1), "Entries that the in-process cache holds.")
    redis_url = Setting("redis://127.0.0.1:6379/0", parsers.redis_url, "The Redis server.")
    redis_prefix = Setting("pulsar:", text, "Put before every Redis key.")
    max_body = Setting("1 MiB", size, "Longest JSON body.")
    max_list = Setting(
        "2 MiB",
        size,
        "Bytes of items in an answer; a longer list ends early, and its `after` continues it.",
    )
    rate_limits = Setting("true", boolean, "Whether requests are limited at all.")
    rate_limit_key = Setting("50/80", limit, "Requests per API key.")
    rate_limit_user = Setting("80/80", limit, "Requests per member over all keys.")
    rate_limit_anonymous = Setting(
        "30/60", limit, "Requests per address, or /64 of IPv6, without a key; wrong keys too."
    )
    rate_limit_login = Setting("10/300", limit, "Logins and registrations per address.")
    lock_permissions = Setting(
        # These belong to the plugin messages: with them, locked members can ask staff for the
        # reason.
        "view_staff_pm send_staff_pm resolve_staff_pm",
        words,
        "Permissions that a locked member keeps.",
    )
    key_timeout = Setting("1800", integer(60), "Seconds of idleness after which a key ends.")
    cors_origins = Setting("*", words, "Origins that browsers may call from; * is all.")
    metrics_token = Setting(
        "",
        text,
        "Who sends it as Authorization: Bearer may read /metrics; empty turns it off, * opens it.",
    )
    job_runner = Setting(
        "thread",
        choice("thread", "queue", "none"),
        "Who runs due jobs: a thread of each process, `pulsar jobs worker`, or `pulsar jobs run`.",
    )
    job_poll = Setting("10", interval, "Seconds between looks for due jobs.")
    retry_attempts = Setting("3", integer(1, 10), "Tries of a request whose transaction clashed.")
    deferred = Setting(
        "thread",
        choice("thread", "inline"),
        "Whether a thread sends mail and such, or the request that causes it.",
    )
    mail = Setting("none", choice("none", "folder", "smtp"), "Where mails go.")
    mail_sender = Setting("", text, "Who mails are from: an address, or Name <address>.")
    mail_folder = Setting("", text, "The folder that mails are written to as files.")
    mail_host = Setting("127.0.0.1", text, "The mail server.")
    mail_port = Setting("25", integer(1, 65_535), "Its port.")
    mail_user = Setting("", text, "The name to log in to it with; empty does not log in.")
    mail_password = Setting("", text, "The password to log in to it with.")
    mail_tls = Setting(
        "none", choice("none", "starttls", "tls"), "Its encryption; certificates are verified."
    )
    mail_limit_address = Setting(
        "5/86400", limit, "Mails to an address that is not confirmed, whoever asks for them."
    )
    mail_limit_network = Setting(
        "20/3600", limit, "Mails to such addresses that a network asks for."
    )
    mail_tokens_per_hour = Setting(
        "3", integer(1), "Mails with a token of one kind that an account is sent in an hour."
    )
    confirm_email = Setting("true", boolean, "Whether members are mailed a token to confirm.")
    require_confirmed_email = Setting(
        "false", boolean, "Whether only a confirmed address gets API keys by password."
    )
    confirm_link = Setting(
        "", text, "The page that confirms, {token} is replaced; empty mails the bare token."
    )
    confirm_lifetime = Setting("259200", integer(60), "Seconds that a token to confirm lives.")
    reset_link = Setting("", text, "The page that resets a password, like confirm_link.")
    reset_lifetime = Setting("3600", integer(60), "Seconds that a token to reset lives.")
    login_delays = Setting(
        "0 0 0 30 90 300 900 10800 21600 86400",
        durations,
        "Seconds to wait after the first, second, ... failed login.",
    )
    login_account_allowance = Setting(
        "20",
        integer(0, 10_000),
        "Failed logins of an account from networks new to it, before those have to wait.",
    )
    login_decay = Setting(
        "3600", integer(1), "Seconds without failed logins after which one is forgotten."
    )


def derive(settings: dict[str, Any]) -> None:
    """Derive the settings that depend on ``pulsar.var`` and are missing in the ini file.

    PasteDeploy interpolates ``%(var)s`` with the file's own value, whatever the command line says;
    only settings that are read with ``get`` can be overridden there.
    """
    folder = settings["pulsar.var"]
    if folder:
        settings.setdefault("sqlalchemy.url", f"sqlite:///{folder}/pulsar.sqlite")
        settings["pulsar.secret_file"] = settings["pulsar.secret_file"] or f"{folder}/secret"
        settings["pulsar.mail_folder"] = settings["pulsar.mail_folder"] or f"{folder}/mail"
    if "sqlalchemy.url" not in settings and "database" not in settings:
        raise ConfigurationError("Set sqlalchemy.url, or pulsar.var for an SQLite file.")
