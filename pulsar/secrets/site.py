"""The site's own secrets, from which members' secrets and encryption keys are derived."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyramid.exceptions import ConfigurationError

from ..private_files import make_private, replace_private
from ..settings import CoreSettings

MINIMUM = 32
#: Prefix of the line in a secret file that has the next secret.
_NEXT = "next:"


@dataclass(frozen=True, slots=True)
class SiteSecrets:
    """New values use ``current``; the next secret and old ones, newest first, are accepted."""

    current: str = field(repr=False)
    next: str = field(default="", repr=False)
    old: tuple[str, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All secrets, the current one first."""
        return _encode(self.current, self.next, *self.old)

    @property
    def old_keys(self) -> tuple[bytes, ...]:
        return _encode(*self.old)

    def with_next(self) -> SiteSecrets:
        """A copy with a new secret as the next one."""
        return SiteSecrets(self.current, secrets.token_urlsafe(48), self.old)

    def replaced(self) -> SiteSecrets:
        """A copy in which the next secret is the current one."""
        return SiteSecrets(self.next, old=(self.current, *self.old))

    def without_old(self) -> SiteSecrets:
        """A copy without the old secrets."""
        return SiteSecrets(self.current, self.next)

    def dump(self) -> str:
        """The text of a secret file."""
        upcoming = [f"{_NEXT} {self.next}"] if self.next else []
        return "\n".join([self.current, *upcoming, *self.old, ""])


def site_secrets(settings: dict[str, Any]) -> SiteSecrets:
    """The secrets of the settings, or of ``pulsar.secret_file``, which is created if missing."""
    current = CoreSettings.secret.read(settings)
    upcoming = CoreSettings.next_secret.read(settings)
    old = CoreSettings.old_secrets.read(settings)
    file = CoreSettings.secret_file.read(settings)
    if not current and (upcoming or old):
        raise ConfigurationError(
            "pulsar.next_secret and pulsar.old_secrets are for a site that sets pulsar.secret; "
            "those of pulsar.secret_file are lines of the file."
        )
    if not current and file:
        try:
            return parse(_read_or_make(Path(file)), file)
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{file} is no text, but must hold secrets.") from error
    read = SiteSecrets(current, upcoming, old)
    if len(current) < MINIMUM:
        raise ConfigurationError(
            f"Set pulsar.secret to at least {MINIMUM} random characters, or pulsar.secret_file."
        )
    _check(read, "Each secret of pulsar.next_secret and pulsar.old_secrets")
    return read


def parse(text: str, name: str) -> SiteSecrets:
    """Parse the text of a secret file: one secret per line, the current one first, then old ones.

    The next one has the prefix ``next:``. Raises ConfigurationError, which names the file.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    upcoming = [line.removeprefix(_NEXT).strip() for line in lines if line.startswith(_NEXT)]
    if len(upcoming) > 1:
        raise ConfigurationError(f"{name} has more than one next secret. Take all but one out.")
    current, *old = [line for line in lines if not line.startswith(_NEXT)] or [""]
    read = SiteSecrets(current, "".join(upcoming), tuple(old))
    _check(read, f"Each line of {name}", bool(upcoming))
    return read


def write_secrets(path: Path, site: SiteSecrets) -> None:
    """Replace the secret file atomically: a reader sees either the former secrets or these."""
    replace_private(path, site.dump())


def _check(site: SiteSecrets, name: str, has_next: bool = False) -> None:
    """Raise ConfigurationError for a secret that is too short or repeated."""
    every = [site.current, *([site.next] if site.next or has_next else []), *site.old]
    if min(map(len, every)) < MINIMUM:
        raise ConfigurationError(f"{name} must be at least {MINIMUM} random characters.")
    if len(set(every)) < len(every):
        raise ConfigurationError(f"{name} must be another one; one is there twice. Take it out.")


def _encode(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts if text)


def _read_or_make(path: Path) -> str:
    """The file's content; two processes that start at once agree on one of their files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        # Unlike rename, link never replaces the file of a process that was faster.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_text()
