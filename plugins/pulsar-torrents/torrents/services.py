"""Storing, editing and deleting torrents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError

from pulsar.db import utcnow
from pulsar.errors import Conflict, Forbidden, Invalid
from pulsar.interfaces import ISearch, ISiteLog
from pulsar.metrics import count
from pulsar.request import Request
from pulsar.settings import CoreSettings

from .categories.services import require_category
from .events import TorrentDeleted, TorrentEdited, TorrentUploaded
from .inputs import EditTorrentInput, UploadTorrentInput
from .metainfo import Limits, Metainfo, MetainfoError, parse
from .models import Contents, Group, Torrent, TorrentFile
from .permissions import DELETE
from .settings import TorrentsSettings
from .tags import clean_tags, find_or_make

KIND = "torrents"


class DuplicateTorrent(Conflict):
    """A live torrent has one of the info-hashes."""

    code = "torrent_exists"


class TooLateToDelete(Forbidden):
    """The torrent is too old, or has too many snatches, to be deleted by its uploader."""

    code = "too_late_to_delete"


def upload(request: Request, values: UploadTorrentInput) -> Torrent:
    """Validate and store a torrent. Raises Invalid or DuplicateTorrent, and then stores nothing."""
    require_category(request.db, values["category"])
    metainfo = read(request, values["file"])
    title = values.get("title", metainfo.name).strip()
    if not title:
        raise Invalid({"title": ["the torrent's own name is blank"]})
    session = request.db
    group = Group(
        category=values["category"],
        title=title,
        description=values["description"],
        tags=find_or_make(session, clean_tags(values["tags"])),
    )
    torrent = make(metainfo, group, request.caller.user_id)
    try:
        with session.begin_nested():
            session.add(torrent)
            session.flush()
    except IntegrityError as error:
        existing = find_existing(request, metainfo)
        if existing is None:
            raise
        count(request.registry, "torrent_refusals", DuplicateTorrent.code)
        raise DuplicateTorrent(
            f"The torrent exists already, with id {existing}.", existing_id=existing
        ) from error
    session.add(
        Contents(
            torrent_id=torrent.id,
            info=metainfo.info,
            piece_layers=metainfo.piece_layers,
            original=values["file"],
        )
    )
    session.execute(
        insert(TorrentFile),
        [
            {"torrent_id": torrent.id, "number": number, "path": file.path, "size": file.size}
            for number, file in enumerate(metainfo.files)
        ],
    )
    session.flush()
    # The row is read again with the uploader and the counters, in the same way as in other
    # requests.
    session.refresh(torrent)
    index(request, torrent, [file.path for file in metainfo.files])
    request.registry.notify(TorrentUploaded(request, torrent))
    return torrent


def make(metainfo: Metainfo, group: Group, uploader_id: int) -> Torrent:
    """Return the torrent's row."""
    return Torrent(
        group=group,
        uploader_id=uploader_id,
        name=metainfo.name,
        info_hash=metainfo.info_hash,
        info_hash_v2=metainfo.info_hash_v2,
        info_hash_short=metainfo.info_hash_v2[:20] if metainfo.info_hash_v2 else None,
        version=metainfo.version,
        size=metainfo.size,
        file_count=len(metainfo.files),
        piece_length=metainfo.piece_length,
        private=metainfo.private,
        source=metainfo.source,
        rehashed=metainfo.rehashed,
    )


def read(request: Request, data: bytes) -> Metainfo:
    """Parse the .torrent, and set the site's private flag and source. Raises Invalid."""
    settings = request.registry.settings
    limits = Limits(
        max_size=TorrentsSettings.max_size.read(settings),
        max_files=TorrentsSettings.max_files.read(settings),
        min_piece_length=TorrentsSettings.min_piece_length.read(settings),
        max_piece_length=TorrentsSettings.max_piece_length.read(settings),
        max_path=TorrentsSettings.max_path.read(settings),
    )
    try:
        return parse(
            data,
            limits,
            private=True if CoreSettings.private.read(settings) else None,
            source=TorrentsSettings.source.read(settings) or None,
        )
    except MetainfoError as error:
        count(request.registry, "torrent_refusals", error.code)
        raise Invalid({"file": error.sentences}, reason=error.code) from error


def find_existing(request: Request, metainfo: Metainfo) -> int | None:
    """Return the id of the live torrent with one of the info-hashes, or None."""
    hashes = []
    if metainfo.info_hash is not None:
        hashes.append(Torrent.info_hash == metainfo.info_hash)
    if metainfo.info_hash_v2 is not None:
        hashes.append(Torrent.info_hash_v2 == metainfo.info_hash_v2)
    return request.db.scalar(
        select(Torrent.id).where(Torrent.deleted.is_(None), or_(*hashes)).limit(1)
    )


def edit(request: Request, torrent: Torrent, values: EditTorrentInput) -> None:
    """Change the given fields. Changes to others' torrents are recorded in the site log."""
    before = _logged_fields(torrent)
    if "category" in values:
        require_category(request.db, values["category"])
        torrent.group.category = values["category"]
    if "title" in values:
        torrent.group.title = values["title"].strip()
    if "description" in values:
        torrent.group.description = values["description"]
    if "tags" in values:
        torrent.group.tags = find_or_make(request.db, clean_tags(values["tags"]))
    request.db.flush()
    if "title" in values or "tags" in values:
        paths = request.db.scalars(
            select(TorrentFile.path)
            .where(TorrentFile.torrent_id == torrent.id)
            .order_by(TorrentFile.number)
        )
        index(request, torrent, list(paths))
    after = _logged_fields(torrent)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        _log_change(
            request,
            "torrent_edited",
            torrent,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    request.registry.notify(TorrentEdited(request, torrent))


def delete(request: Request, torrent: Torrent) -> None:
    """Delete the torrent. Deletions of others' torrents are recorded in the site log.

    Raises TooLateToDelete for an uploader without the permission to delete any torrent.
    """
    if not request.caller.has(DELETE):
        require_deletable(request, torrent)
    torrent.deleted = utcnow()
    request.db.flush()
    request.find_service(ISearch).drop(request.db, KIND, torrent.id)
    _log_change(request, "torrent_deleted", torrent, before=_logged_fields(torrent))
    request.registry.notify(TorrentDeleted(request, torrent))


def _logged_fields(torrent: Torrent) -> dict[str, Any]:
    """Return the fields of a torrent for the site log."""
    group = torrent.group
    return {
        "category": group.category,
        "title": group.title,
        "description": group.description,
        "tags": sorted(tag.name for tag in group.tags),
    }


def _log_change(
    request: Request, action: str, torrent: Torrent, **fields: Mapping[str, Any]
) -> None:
    """Record an action on somebody else's torrent in the site log."""
    if request.caller.user_id != torrent.uploader_id:
        request.find_service(ISiteLog).record(
            request, action, torrent.group.title, target=torrent, **fields
        )


def require_deletable(request: Request, torrent: Torrent) -> None:
    """Raise TooLateToDelete if the torrent is too old or has too many snatches."""
    settings = request.registry.settings
    days = TorrentsSettings.own_delete_days.read(settings)
    snatches = TorrentsSettings.own_delete_snatches.read(settings)
    if utcnow() - torrent.created > timedelta(days=days) or torrent.snatches >= snatches:
        raise TooLateToDelete(
            f"You may delete your torrents within {days} days and under {snatches} snatches."
        )


def index(request: Request, torrent: Torrent, paths: list[str]) -> None:
    """Add the torrent to the search by title, name, tags and files, most relevant words first."""
    tags = " ".join(tag.name for tag in torrent.group.tags)
    body = "\n".join([torrent.group.title, torrent.name, tags, *paths])
    request.find_service(ISearch).put(request.db, KIND, torrent.id, body)
