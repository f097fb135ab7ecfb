"""Reserved usernames: names of the site, of its staff, and words that mean nobody."""

from __future__ import annotations

from ..errors import Conflict
from ..registry import Registry
from ..settings import CoreSettings

#: In lower case, without the punctuation that usernames may contain.
RESERVED = frozenset(
    {
        # Words that URLs or programs treat as a member or as no value.
        "me",
        "self",
        "new",
        "all",
        "everyone",
        "everybody",
        "nobody",
        "noone",
        "null",
        "none",
        "nil",
        "nan",
        "undefined",
        "unknown",
        "true",
        "false",
        "anonymous",
        "guest",
        "deleted",
        "removed",
        # Names that members would mistake for the site.
        "admin",
        "admins",
        "administrator",
        "administrators",
        "mod",
        "mods",
        "moderator",
        "moderators",
        "staff",
        "owner",
        "operator",
        "sysop",
        "sysadmin",
        "root",
        "superuser",
        "system",
        "pulsar",
        "tracker",
        "bot",
        "official",
        "team",
        "support",
        "help",
        "helpdesk",
        # Mailboxes of a domain (RFC 2142), in case mail to members is ever delivered by name.
        "abuse",
        "security",
        "info",
        "contact",
        "postmaster",
        "hostmaster",
        "webmaster",
        "mailerdaemon",
        "noreply",
        "www",
        "api",
    }
)


class UsernameReserved(Conflict):
    """The name is reserved."""

    code = "username_reserved"


def require_unreserved(registry: Registry, username: str) -> None:
    """Raise UsernameReserved for a name on the list or in ``pulsar.reserved_names``."""
    more = {_plain(name) for name in CoreSettings.reserved_names.of(registry)}
    if _plain(username) in RESERVED | more:
        raise UsernameReserved(f"the username {username} is reserved")


def _plain(name: str) -> str:
    return name.lower().translate(_SIGNS)


_SIGNS = str.maketrans("", "", "._-")
