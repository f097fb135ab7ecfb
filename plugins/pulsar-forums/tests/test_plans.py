"""Query plans for parts of long lists: all rows are found by indexes, wherever a part begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from forums.examples import get_json
from forums.models import Forum, Post, Thread
from forums.viewer import MAX_UNREAD
from pulsar.testing.client import Client

NUMBER, LIMIT = 3_000, 20
TABLES = ("forums_posts", "forums_threads")


@dataclass(frozen=True)
class Long:
    """The paths of a long thread and a long forum, and keys in the middle of both."""

    thread: str
    forum: str
    post_id: int
    place: int


@pytest.fixture
def long(db: Session, thread: Any, forum_id: int, category_id: int, staff: Client) -> Long:
    """Add ``NUMBER`` posts to the thread, and as many threads to its forum and to another one."""
    elsewhere = Forum(category_id=category_id, name="Elsewhere", thread_count=NUMBER)
    db.add(elsewhere)
    db.flush()
    begin = thread["last_post"]["id"] + 1
    common = {"contents": "x", "format": "bbcode", "sticky": False}
    first = thread["id"] + 1
    threads = [
        {
            "id": first + number,
            "forum_id": forum_id if number % 2 else elsewhere.id,
            "topic": f"Topic {number}",
            "locked": False,
            "sticky": False,
            "post_count": 1,
            "last_post_id": post_id,
            "place": post_id,
        }
        for number in range(2 * NUMBER)
        for post_id in [begin + 1 + number + number // 2]
    ]
    db.execute(insert(Thread), threads)
    # The posts of the long thread alternate with others, as on a real site.
    mine = ({"id": begin + 3 * number, "thread_id": thread["id"]} for number in range(NUMBER))
    theirs = ({"id": thread["place"], "thread_id": thread["id"]} for thread in threads)
    db.execute(insert(Post), [{**row, **common} for row in (*mine, *theirs)])
    db.execute(text("ANALYZE"))
    db.commit()
    return Long(
        f"/forums/threads/{thread['id']}",
        f"/forums/{forum_id}",
        begin + NUMBER,
        begin + NUMBER,
    )


class Explainer:
    """Repeats the statements of a request to get their query plans."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._statements: list[tuple[str, Any]] = []

    def note(self, conn: Any, cursor: Any, statement: str, parameters: Any, *args: Any) -> None:
        """Record a statement that reads the tables."""
        if statement.startswith("SELECT") and any(f"FROM {table}" in statement for table in TABLES):
            self._statements.append((statement, parameters))

    def plans(self, client: Client, path: str) -> list[list[dict[str, Any]]]:
        """Return the steps of the plan of each statement that the request executes."""
        get_json(client, "/users/me")
        self._statements.clear()
        get_json(client, path)
        return [self._steps(*statement) for statement in list(self._statements)]

    def _steps(self, statement: str, parameters: Any) -> list[dict[str, Any]]:
        if self._connection.dialect.name == "sqlite":
            rows = self._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [{"detail": row.detail} for row in rows]
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
        (plan,) = self._connection.exec_driver_sql(explain, parameters).scalar_one()
        return list(_nodes(plan["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


@pytest.fixture
def explainer(connection: Any) -> Iterator[Explainer]:
    """Records the statements of requests."""
    explainer = Explainer(connection)
    event.listen(connection, "before_cursor_execute", explainer.note)
    yield explainer
    event.remove(connection, "before_cursor_execute", explainer.note)


def require_bounded(steps: list[dict[str, Any]]) -> None:
    """Require that all rows are found by indexes, and that no step reads more than the maximum."""
    shape = "\n".join(str({**step, "Plans": None}) for step in steps)
    for step in steps:
        if "detail" in step:
            words = step["detail"].split()
            assert words[:1] != ["SCAN"] or words[1] not in TABLES, shape
            continue
        assert step["Node Type"] != "Seq Scan" or step["Relation Name"] not in TABLES, shape
        rows = step["Actual Rows"] + step.get("Rows Removed by Filter", 0)
        assert rows * step["Actual Loops"] <= MAX_UNREAD, shape


class TestPosts:
    @pytest.mark.parametrize("who", ["member", "staff"])
    def test_after(
        self, request: pytest.FixtureRequest, who: str, long: Long, explainer: Explainer
    ) -> None:
        client = request.getfixturevalue(who)
        path = f"{long.thread}?after={long.post_id}&limit={LIMIT}"
        plans = explainer.plans(client, path)
        matching = [steps for steps in plans if "ix_forums_posts_thread_id_id" in str(steps)]
        assert matching
        for steps in matching:
            require_bounded(steps)

    def test_search(self, member: Client, long: Long, explainer: Explainer) -> None:
        path = f"/forums/posts?thread_id={long.thread.rpartition('/')[2]}&limit={LIMIT}"
        for after in ("", f"&after={long.post_id}"):
            for steps in explainer.plans(member, f"{path}{after}"):
                require_bounded(steps)


class TestThreads:
    @pytest.mark.parametrize("who", ["member", "staff"])
    def test_after(
        self, request: pytest.FixtureRequest, who: str, long: Long, explainer: Explainer
    ) -> None:
        client = request.getfixturevalue(who)
        plans = explainer.plans(client, f"{long.forum}?after={long.place}&limit={LIMIT}")
        assert any("ix_forums_threads_forum_id_place" in str(steps) for steps in plans)
        for steps in plans:
            require_bounded(steps)

    def test_newest_of_each_forum(self, staff: Client, long: Long, explainer: Explainer) -> None:
        plans = explainer.plans(staff, "/forums/categories")
        assert any("ix_forums_threads_forum_id_last_post_id" in str(steps) for steps in plans)
        for steps in plans:
            require_bounded(steps)
