"""Sample forums: categories, forums for members, and one for staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from pulsar.classes.models import UserClass, UserClassPermission
from pulsar.db import utcnow
from pulsar.interfaces import ISearch
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, title
from pulsar.populate.rows import put, put_for_ids
from pulsar.request import Request
from pulsar.users.models import User

from .models import (
    STICKY,
    Category,
    Forum,
    MemberCounts,
    Post,
    Thread,
    ThreadSubscription,
    ThreadView,
)
from .permissions import FORUM
from .polls.models import Choice, Poll
from .queries import KIND

_THREADS = 600
_AGE = timedelta(days=2 * 365)
#: The names of forums by category; the forums of the last category are for staff.
_FORUMS = {
    "Site": ("News and Changes", "Ideas", "Bugs"),
    "Community": ("Lounge", "Help", "Music", "Books"),
    "Staff": ("Staff",),
}


@dataclass(frozen=True, slots=True)
class _Written:
    """A post to be stored: the index of its thread in the list of threads, its author, its time."""

    thread: int
    user_id: int
    time: datetime
    contents: str


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add forums, threads of one to forty posts, and the posts up to which members have read."""
    session, chance, now = request.db, seeded("forums"), utcnow()
    members = session.scalars(select(User.id).where(User.enabled).order_by(User.id)).all()
    forums = _add_forums(request)
    number = scaled(_THREADS, scale, len(forums))
    begun = sorted(moment(chance, now - _AGE, now) for _ in range(number))
    threads = [
        {
            "forum_id": chance.choice(forums),
            "topic": title(chance),
            "creator_id": _somebody(chance, members),
            "created_time": time,
            "locked": chance.random() < 0.05,
            "sticky": chance.random() < 0.02,
            "post_count": 0,
            "place": 0,
        }
        for time in begun
    ]
    thread_ids = put_for_ids(session, Thread, threads)
    written = sorted(_write(chance, threads, members, now), key=lambda post: post.time)
    rows = [
        {
            "thread_id": thread_ids[post.thread],
            "user_id": post.user_id,
            "time": post.time,
            "contents": post.contents,
            "format": "bbcode",
            "sticky": False,
        }
        for post in written
    ]
    post_ids = put_for_ids(session, Post, rows)
    search = request.find_service(ISearch)
    begun_threads: set[int] = set()
    for place, (post_id, post) in enumerate(zip(post_ids, written, strict=True), 1):
        is_first = post.thread not in begun_threads
        begun_threads.add(post.thread)
        topic = f"{threads[post.thread]['topic']}\n" if is_first else ""
        search.put(session, KIND, post_id, f"{topic}{post.contents}")
        if place % 500 == 0 or place == len(written):
            progress("Posts", place, len(written))
    _count(request, threads, thread_ids, written, post_ids)
    _attach(request, chance, thread_ids, members)


def _add_forums(request: Request) -> list[int]:
    """Add categories and forums, all but the last open to everybody, and return the forums' ids."""
    ids: list[int] = []
    classes = request.db.scalars(select(UserClass.id)).all()
    for position, (name, forums) in enumerate(_FORUMS.items(), 1):
        category = Category(name=name, position=position)
        request.db.add(category)
        request.db.flush()
        rows = [
            Forum(category_id=category.id, name=forum, position=place)
            for place, forum in enumerate(forums, 1)
        ]
        request.db.add_all(rows)
        request.db.flush()
        ids += [forum.id for forum in rows]
        if name != "Staff":
            request.db.add_all(
                UserClassPermission(user_class_id=class_id, permission=f"{FORUM}{forum.id}")
                for forum in rows
                for class_id in classes
            )
    request.db.flush()
    return ids


def _somebody(chance: Random, members: Sequence[int]) -> int:
    """Return a random member; members who joined earlier are more likely."""
    return members[int(len(members) * chance.random() ** 2)]


def _write(
    chance: Random, threads: list[dict[str, Any]], members: Sequence[int], now: datetime
) -> Iterator[_Written]:
    """Yield the first post of each thread, by its creator, and the replies."""
    for place, thread in enumerate(threads):
        begun = thread["created_time"]
        yield _Written(place, thread["creator_id"], begun, paragraph(chance))
        for _ in range(int(40 * chance.random() ** 3)):
            time = moment(chance, begun, min(now, begun + timedelta(days=30)))
            text = paragraph(chance)
            if chance.random() < 0.2:
                text = f"[quote]{paragraph(chance)}[/quote]\n{text}"
            yield _Written(place, _somebody(chance, members), time, text)


def _count(
    request: Request,
    threads: list[dict[str, Any]],
    thread_ids: list[int],
    written: list[_Written],
    post_ids: list[int],
) -> None:
    """Set the counters that the site would have updated while posts were written."""
    session = request.db
    last: dict[int, int] = {}
    posts: Counter[int] = Counter()
    by_member: Counter[tuple[int, int]] = Counter()
    for post_id, post in zip(post_ids, written, strict=True):
        last[post.thread] = post_id
        posts[post.thread] += 1
        by_member[post.user_id, threads[post.thread]["forum_id"]] += 1
    session.execute(
        update(Thread),
        [
            {
                "id": thread_ids[place],
                "post_count": posts[place],
                "last_post_id": last[place],
                "place": last[place] + (STICKY if thread["sticky"] else 0),
            }
            for place, thread in enumerate(threads)
        ],
    )
    in_forums = Counter(thread["forum_id"] for thread in threads)
    session.execute(
        update(Forum),
        [{"id": forum_id, "thread_count": number} for forum_id, number in in_forums.items()],
    )
    begun = Counter((thread["creator_id"], thread["forum_id"]) for thread in threads)
    put(
        session,
        MemberCounts,
        (
            {
                "user_id": user_id,
                "forum_id": forum_id,
                "post_count": number,
                "thread_count": begun[user_id, forum_id],
            }
            for (user_id, forum_id), number in sorted(by_member.items())
        ),
    )


def _attach(
    request: Request, chance: Random, thread_ids: list[int], members: Sequence[int]
) -> None:
    """Add polls, subscriptions, and the posts up to which members have read."""
    session = request.db
    last = {thread.id: thread.last_post_id for thread in session.scalars(select(Thread))}
    for thread_id in thread_ids:
        readers = chance.sample(list(members), k=min(len(members), 5))
        views = [
            {"user_id": reader, "thread_id": thread_id, "post_id": last[thread_id]}
            for reader in readers[:3]
        ]
        put(session, ThreadView, views)
        put(
            session,
            ThreadSubscription,
            [{"user_id": reader, "thread_id": thread_id} for reader in readers[3:]],
        )
        if chance.random() < 0.05:
            poll = Poll(thread_id=thread_id, question=f"{title(chance)}?")
            poll.choices = [Choice(choice=text) for text in ("Yes", "No", "Both")]
            session.add(poll)
    session.flush()
