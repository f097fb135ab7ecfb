"""Backups: the database, the secrets and the ini file of a site in one archive."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import URL, inspect, make_url

from .db.session import make_engine
from .db.types import utcnow
from .secrets.site import SiteSecrets, parse, site_secrets
from .settings import CoreSettings

#: The version of the archive's layout, stored in its manifest.
FORMAT = 1
_MANIFEST, _SECRET, _SETTINGS, _DATABASE = "manifest.json", "secret", "site.ini", "database"


class BackupError(Exception):
    """A backup that cannot be written or restored, explained in one sentence."""


def backup(settings: dict[str, Any], ini: Path | None, file: Path) -> None:
    """Write the archive, readable by its owner only. The site may run at the same time.

    Raises BackupError if the file exists or the database's own tool fails.
    """
    url = make_url(settings["sqlalchemy.url"])
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        parts = Path(folder)
        _dump(url, parts / _DATABASE)
        (parts / _SECRET).write_text(site_secrets(settings).dump())
        if ini is not None:
            (parts / _SETTINGS).write_bytes(ini.read_bytes())
        manifest = {
            "format": FORMAT,
            "version": version("pulsar-core"),
            "database": url.get_backend_name(),
            "made": utcnow().isoformat(timespec="seconds"),
        }
        (parts / _MANIFEST).write_text(json.dumps(manifest))
        draft = parts / "archive"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name in (_MANIFEST, _SECRET, _SETTINGS, _DATABASE):
                if (parts / name).exists():
                    archive.add(parts / name, name)
        try:
            # Unlike a rename, a link never replaces a file.
            os.link(draft, file)
        except FileExistsError as error:
            raise BackupError(f"{file} exists already. Give another name.") from error


def restore(settings: dict[str, Any], file: Path, ini: Path | None = None) -> None:
    """Restore an archive's database and secrets to the site of the settings, which must be empty.

    With ``ini`` the archived ini file is written there. Raises BackupError, before anything is
    written, if the file is not an archive, the database has tables, or the site lacks one of the
    archived secrets.
    """
    url = make_url(settings["sqlalchemy.url"])
    with tempfile.TemporaryDirectory(prefix="pulsar-restore-") as folder:
        parts = Path(folder)
        manifest = _unpack(file, parts)
        if manifest["database"] != url.get_backend_name():
            raise BackupError(
                f"The backup is of {manifest['database']}, and sqlalchemy.url is of "
                f"{url.get_backend_name()}. Restore it to a database of its own kind."
            )
        _require_empty(url)
        if ini is not None and ini.exists():
            raise BackupError(f"{ini} exists already. Give another name for the ini file.")
        _restore_secrets(settings, parse((parts / _SECRET).read_text(), _SECRET))
        _load(url, parts / _DATABASE)
        if ini is not None:
            _write_private(ini, (parts / _SETTINGS).read_bytes())


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack the archive, and return its manifest."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
    except (tarfile.TarError, FileNotFoundError, ValueError, EOFError) as error:
        if not file.exists():
            raise BackupError(f"There is no file {file}.") from error
        raise BackupError(f"{file} is no backup, or is damaged.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{file} is of another version of Pulsar. Restore it with that version.")
    return manifest


def _require_empty(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        if url.database and Path(url.database).exists():
            raise BackupError(f"{url.database} exists already. Move it away, and try again.")
        return
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        if inspect(engine).get_table_names():
            raise BackupError(
                f"The database {url.database} has tables already. Name an empty one in "
                "sqlalchemy.url: createdb NAME"
            )
    finally:
        engine.dispose()


def _restore_secrets(settings: dict[str, Any], archived: SiteSecrets) -> None:
    """Write the secrets to their file if the site has none yet."""
    path = CoreSettings.secret_file.read(settings)
    if not CoreSettings.secret.read(settings) and path and not Path(path).exists():
        _write_private(Path(path), archived.dump().encode())
    elif not set(archived.keys) <= set(site_secrets(settings).keys):
        raise BackupError(
            "The site has another secret than the backup. Set pulsar.secret to the first line of "
            f"{_SECRET!r} in the archive and pulsar.old_secrets to the others, or move the file of "
            "pulsar.secret_file away."
        )


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _dump(url: URL, target: Path) -> None:
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), target)
    else:
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
        _run("pg_dump", url, *arguments)


def _load(url: URL, source: Path) -> None:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        _write_private(path, b"")
        _copy_sqlite(source, path)
    else:
        arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run("pg_restore", url, *arguments, str(source))


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use with SQLite's own backup, and check the copy."""
    if not source.is_file():
        raise BackupError(f"There is no database {source}.")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        (state,) = new.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise BackupError(f"The database {source} is damaged: {state}.")


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run a tool of PostgreSQL on the database; the password is not passed as an argument."""
    environment = {**os.environ, "PGDATABASE": url.database or ""}
    for name, value in (
        ("PGHOST", url.host),
        ("PGPORT", url.port),
        ("PGUSER", url.username),
        ("PGPASSWORD", url.password),
    ):
        if value is not None:
            environment[name] = str(value)
    database = ["--dbname", url.database or ""]
    try:
        ended = subprocess.run(  # noqa: S603  # the operator's own database
            [program, *database, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not installed. Install PostgreSQL's client programs, of the server's "
            "version or newer, e.g. apt-get install postgresql-client."
        ) from error
    if ended.returncode != 0:
        reason = next(iter(ended.stderr.strip().splitlines()), f"status {ended.returncode}")
        raise BackupError(f"{program} failed: {reason}.")
