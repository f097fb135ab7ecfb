"""Sample torrents: works in several editions, with tags and search words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, title
from pulsar.populate.rows import put
from pulsar.request import Request
from pulsar.settings import CoreSettings
from pulsar.users.models import User

from ..metainfo import Metainfo
from ..models import Contents, Group, Torrent, TorrentFile
from ..services import KIND, index, make, read
from ..settings import TorrentsSettings
from ..tags import find_or_make
from . import files

_TORRENTS = 2_000
_BATCH = 100
_AGE = timedelta(days=2 * 365)
_TAGS = "ambient concert documentary education jazz lecture linux lossless nature podcast science"
_EDITIONS = ("Extended", "FLAC", "Remastered", "Second Edition", "WEB", "1080p", "2160p")


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add works of one to four torrents, from the oldest upload to the latest."""
    session, chance, now = request.db, seeded("torrents"), utcnow()
    uploaders = session.scalars(select(User.id).where(User.enabled).order_by(User.id)).all()
    total = scaled(_TORRENTS, scale, 4)
    tags = find_or_make(session, _TAGS.split())
    uploads = sorted(_uploads(chance, total, now), key=lambda upload: upload[0])
    groups: dict[int, Group] = {}
    torrents: list[tuple[Torrent, bytes, Metainfo]] = []
    for number, (created, work) in enumerate(uploads, 1):
        if work not in groups:
            groups[work] = Group(
                category="other",
                title=title(chance),
                description=paragraph(chance),
                created=created,
                tags=sorted(chance.sample(tags, k=chance.randint(1, 4)), key=lambda tag: tag.name),
            )
        group = groups[work]
        name = f"{group.title} ({chance.choice(_EDITIONS)} {number})"
        data, metainfo = _torrent(request, chance, name)
        # Members who joined earlier have uploaded more.
        uploader = uploaders[int(len(uploaders) * chance.random() ** 2)]
        torrent = make(metainfo, group, uploader)
        torrent.created = created
        torrents.append((torrent, data, metainfo))
        if len(torrents) == _BATCH or number == total:
            _store(request, torrents)
            torrents.clear()
            progress("Torrents", number, total)
    _delete(request, chance, now)


def _uploads(chance: Random, total: int, now: datetime) -> Iterator[tuple[datetime, int]]:
    """Yield the time of each upload and the number of its work."""
    number, work = 0, 0
    while number < total:
        work += 1
        for _ in range(min(total - number, chance.choice((1, 1, 1, 2, 3, 4)))):
            yield moment(chance, now - _AGE, now), work
            number += 1


def _torrent(request: Request, chance: Random, name: str) -> tuple[bytes, Metainfo]:
    """Return a .torrent file that follows the site's rules, and its parsed content."""
    settings = request.registry.settings
    private, source = CoreSettings.private.read(settings), TorrentsSettings.source.read(settings)
    data = files.make(chance, name, private=private, source=source)
    return data, read(request, data)


def _store(request: Request, torrents: list[tuple[Torrent, bytes, Metainfo]]) -> None:
    """Store the torrents with their bytes and files, and add them to the search."""
    session = request.db
    session.add_all(torrent for torrent, _, _ in torrents)
    session.flush()
    put(
        session,
        Contents,
        (
            {
                "torrent_id": torrent.id,
                "info": metainfo.info,
                "piece_layers": metainfo.piece_layers,
                "original": data,
            }
            for torrent, data, metainfo in torrents
        ),
    )
    put(session, TorrentFile, _files(torrents))
    for torrent, _, metainfo in torrents:
        index(request, torrent, [file.path for file in metainfo.files])


def _files(torrents: list[tuple[Torrent, bytes, Metainfo]]) -> Iterator[dict[str, Any]]:
    for torrent, _, metainfo in torrents:
        for number, file in enumerate(metainfo.files):
            yield {
                "torrent_id": torrent.id,
                "number": number,
                "path": file.path,
                "size": file.size,
            }


def _delete(request: Request, chance: Random, now: datetime) -> None:
    """Delete one torrent in fifty, as a moderator could."""
    torrents = request.db.scalars(select(Torrent).order_by(Torrent.id)).all()
    for torrent in torrents:
        if chance.random() < 0.02:
            torrent.deleted = moment(chance, torrent.created, now)
            request.find_service(ISearch).drop(request.db, KIND, torrent.id)
