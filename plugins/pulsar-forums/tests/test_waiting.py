"""Writing in a thread after waiting for its lock, when another request has changed the thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from forums.examples import get_json, make_forum, make_post, make_thread
from forums.models import MemberCounts, Post, Thread
from pulsar.interfaces import IDatabase
from pulsar.testing.backends import Backend
from pulsar.testing.client import Client

Change = Callable[[Session], None]


@pytest.fixture
def behind(site: Any, migrated: Backend) -> Callable[..., Any]:
    """``behind(change, act)``: the result of ``act``, which waits until the change is committed.

    On SQLite ``act`` may also start after the commit, since a writer there never sees older data.
    """

    def run(change: Change, act: Callable[[], Any]) -> Any:
        database = site.registry.getUtility(IDatabase)
        with database.session(True) as session, ThreadPoolExecutor(1) as threads:
            change(session)
            session.flush()
            answer = threads.submit(act)
            if migrated.name == "production":
                _await_waiter(database)
            session.commit()
            return answer.result(timeout=20)

    return run


def _await_waiter(database: Any) -> None:
    """Return when another session waits for a lock in the site's database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(200):
        with database.session() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def _post(client: Client, thread_id: int, contents: str) -> Callable[[], Any]:
    body = {"thread_id": thread_id, "contents": contents}
    return lambda: client.post("/forums/posts", body, status=None).json


class TestPosting:
    def test_in_a_thread_that_was_moved(self, site: Any, behind: Any) -> None:
        second = make_forum(site.staff, site.category_id, "Second")
        thread_id, writer = make_thread(site.staff, site.forum_id)["id"], site.join()
        moved = update(Thread).where(Thread.id == thread_id).values(forum_id=second)
        answer = behind(lambda session: session.execute(moved), _post(writer, thread_id, "Here?"))
        assert answer["status"] == "success"
        me = get_json(writer, "/users/me")["id"]
        assert site.session.get(MemberCounts, (me, second)).post_count == 1
        assert site.session.get(MemberCounts, (me, site.forum_id)) is None

    def test_in_a_thread_that_was_moved_out_of_sight(self, site: Any, behind: Any) -> None:
        closed = make_forum(site.staff, site.category_id, "Closed", open=False)
        thread_id, writer = make_thread(site.staff, site.forum_id)["id"], site.join()
        moved = update(Thread).where(Thread.id == thread_id).values(forum_id=closed)
        answer = behind(lambda session: session.execute(moved), _post(writer, thread_id, "Here?"))
        assert answer["errors"] == {"thread_id": ["Invalid ForumThread id."]}

    def test_in_a_thread_that_was_locked(self, site: Any, behind: Any) -> None:
        thread_id, writer = make_thread(site.staff, site.forum_id)["id"], site.join()
        locked = update(Thread).where(Thread.id == thread_id).values(locked=True)
        answer = behind(lambda session: session.execute(locked), _post(writer, thread_id, "Here?"))
        assert answer["code"] == "thread_locked"

    @pytest.mark.parametrize("by_staff", [True, False])
    def test_behind_a_post_that_was_written_meanwhile(
        self, site: Any, behind: Any, by_staff: bool
    ) -> None:
        writer = site.join()
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        # The author of the last post may change while the request waits, in both directions.
        first = site.staff if by_staff else writer
        if by_staff:
            make_post(writer, thread_id, "First.")
        author = get_json(first, "/users/me")["id"]

        def write(session: Session) -> None:
            post = Post(thread_id=thread_id, user_id=author, contents="Meanwhile.", format="bbcode")
            session.add(post)
            session.flush()
            session.execute(
                update(Thread)
                .where(Thread.id == thread_id)
                .values(last_post_id=post.id, place=post.id, post_count=Thread.post_count + 1)
            )

        shown_post = behind(write, _post(writer, thread_id, "Second."))["response"]
        texts = [
            post["contents"]
            for post in get_json(writer, f"/forums/threads/{thread_id}")["posts"]["items"]
        ]
        if by_staff:
            assert shown_post["contents"] == "Second."
            assert texts[1:] == ["First.", "Meanwhile.", "Second."]
        else:
            assert shown_post["contents"] == "Meanwhile.\n\n\nSecond."
            assert texts[1:] == ["Meanwhile.\n\n\nSecond."]
