"""Concurrent changes: no post is lost, and all counters stay correct."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forums.examples import get_json, ids, make_forum, make_post, make_thread
from forums.models import Forum, MemberCounts, Post, PostEdit, Thread
from pulsar.testing.client import Client

WRITERS, POSTS = 4, 8


def require_exact_counts(session: Session) -> None:
    """Compare all counters with the rows that they count."""
    session.rollback()
    session.expire_all()
    live: Counter[int] = Counter()
    last: dict[int, int] = {}
    posts: Counter[tuple[int | None, int]] = Counter()
    forums: Counter[int] = Counter()
    threads: Counter[tuple[int | None, int]] = Counter()
    by_id = {thread.id: thread for thread in session.scalars(select(Thread))}
    for post in session.scalars(select(Post).where(Post.deleted.is_(None)).order_by(Post.id)):
        thread = by_id[post.thread_id]
        live[thread.id] += 1
        last[thread.id] = post.id
        if thread.deleted is None:
            posts[post.user_id, thread.forum_id] += 1
    for thread in by_id.values():
        assert (thread.post_count, thread.last_post_id) == (live[thread.id], last.get(thread.id))
        if thread.deleted is None:
            forums[thread.forum_id] += 1
            threads[thread.creator_id, thread.forum_id] += 1
    for forum in session.scalars(select(Forum)):
        assert forum.thread_count == forums[forum.id]
    counts = session.scalars(select(MemberCounts)).all()
    for row in counts:
        key = row.user_id, row.forum_id
        assert (row.post_count, row.thread_count) == (posts[key], threads[key])
    assert {(row.user_id, row.forum_id) for row in counts} >= posts.keys()


class TestWriters:
    def test_see_what_they_wrote(self, site: Any, together: Any) -> None:
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        path, forum = f"/forums/threads/{thread_id}", f"/forums/{site.forum_id}"
        writers = [site.join("forums_posts_double") for _ in range(WRITERS)]
        readers = [site.join() for _ in range(2)]
        done = threading.Event()

        def write(client: Client) -> None:
            own: list[int] = []
            for number in range(1, POSTS + 1):
                own.append(make_post(client, thread_id, f"Post {number}"))
                page = get_json(client, f"{path}?limit=100")
                listed = ids(page["posts"]["items"])
                assert set(own) <= set(listed)
                assert listed == sorted(listed)
                assert min(page["post_count"], page["posts"]["total"]) > number
                assert page["last_post"]["id"] >= own[-1]
                assert page["last_viewed_post"]["id"] >= own[-1]
                assert page["forum"]["id"] == site.forum_id
                response = get_json(client, forum)
                assert response["last_updated_thread"]["last_post"]["id"] >= own[-1]
                assert response["threads"]["items"][0]["post_count"] > number
                (category,) = get_json(client, "/forums/categories")
                newest = category["forums"][0]["last_updated_thread"]["last_post"]
                assert newest["id"] >= own[-1]
                assert get_json(client, "/users/me")["forum_post_count"] == number

        def write_and_tell(client: Client) -> None:
            try:
                write(client)
            finally:
                done.set()

        def read(client: Client) -> None:
            while not done.is_set():
                listed = ids(get_json(client, f"{path}?limit=100")["posts"]["items"])
                assert listed == sorted(listed)
                get_json(client, forum)

        together(
            *(partial(write_and_tell, client) for client in writers),
            *(partial(read, client) for client in readers),
        )
        for client in (*writers, *readers, site.staff):
            page = get_json(client, f"{path}?limit=100")
            assert page["post_count"] == page["posts"]["total"] == 1 + WRITERS * POSTS
            assert len(page["posts"]["items"]) == 1 + WRITERS * POSTS
        require_exact_counts(site.session)

    def test_threads(self, site: Any, together: Any) -> None:
        writers = [site.join() for _ in range(WRITERS)]
        forum = f"/forums/{site.forum_id}"

        def begin(client: Client) -> None:
            for number in range(1, 6):
                thread_id = make_thread(client, site.forum_id)["id"]
                response = get_json(client, f"{forum}?limit=100")
                assert thread_id in ids(response["threads"]["items"])
                assert min(response["thread_count"], response["threads"]["total"]) >= number
                assert get_json(client, "/users/me")["forum_thread_count"] == number

        together(*(partial(begin, client) for client in writers))
        assert get_json(site.staff, forum)["thread_count"] == 5 * WRITERS
        require_exact_counts(site.session)


class TestDoublePosts:
    def test_nothing_is_lost_or_put_into_an_older_post(self, site: Any, together: Any) -> None:
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        path = f"/forums/threads/{thread_id}"
        # Each member writes from two clients at once.
        members = [site.join() for _ in range(2)]

        def write(client: Client, name: str) -> None:
            for number in range(POSTS):
                before = get_json(client, path)["last_post"]["id"]
                assert make_post(client, thread_id, f"{name}{number}") >= before

        together(
            *(
                partial(write, site.again(client), f"{place}.{copy}.")
                for place, client in enumerate(members)
                for copy in range(2)
            )
        )
        posts = get_json(site.staff, f"{path}?limit=100")["posts"]["items"][1:]
        written = [text for post in posts for text in post["contents"].split("\n\n\n")]
        names = [f"{place}.{copy}." for place in range(2) for copy in range(2)]
        assert Counter(written) == Counter(
            f"{name}{number}" for name in names for number in range(POSTS)
        )
        for name in names:
            own = [text for text in written if text.startswith(name)]
            assert own == [f"{name}{number}" for number in range(POSTS)]
        authors = [post["user"]["id"] for post in posts]
        assert all(author != next_one for author, next_one in pairwise(authors))
        edits = site.session.scalar(select(func.count()).select_from(PostEdit))
        assert edits == len(written) - len(posts)
        require_exact_counts(site.session)


class TestModeration:
    def test_counts_stay_exact(self, site: Any, together: Any) -> None:
        second = make_forum(site.staff, site.category_id, "Second")
        forums = (site.forum_id, second)
        writer = site.join("forums_posts_double")
        moderators = [
            site.join(
                "forums_posts_modify_advanced",
                "forums_threads_modify",
                "forums_threads_modify_advanced",
            )
            for _ in range(5)
        ]
        threads = [make_thread(writer, forum_id)["id"] for forum_id in forums]
        posts = [make_post(writer, key, f"{place}") for key in threads for place in range(3)]
        rounds = range(6)

        def delete_posts(client: Client) -> None:
            for number in rounds:
                where = f"/forums/posts/{posts[number % len(posts)]}"
                client.delete(where, status=200)
                client.post(f"{where}/restore", status=200)

        def delete_thread(client: Client) -> None:
            for _ in rounds:
                client.delete(f"/forums/threads/{threads[0]}", status=200)
                client.post(f"/forums/threads/{threads[0]}/restore", status=200)

        def move(client: Client, key: int, there: int) -> None:
            for number in rounds:
                change = {"forum_id": forums[(there + number) % 2]}
                client.put(f"/forums/threads/{key}", change, status=200)

        def write(client: Client) -> None:
            for _ in rounds:
                client.post("/forums/posts", {"thread_id": threads[1], "contents": "x"}, status=201)

        together(
            partial(delete_posts, moderators[0]),
            partial(delete_posts, moderators[1]),
            partial(delete_thread, moderators[2]),
            # Two moves in opposite directions.
            partial(move, moderators[3], threads[0], 1),
            partial(move, moderators[4], threads[1], 0),
            partial(write, writer),
        )
        require_exact_counts(site.session)
        total = sum(get_json(site.staff, f"/forums/{key}")["thread_count"] for key in forums)
        assert total == 2
        assert get_json(writer, "/users/me")["forum_post_count"] == 2 + 6 + 6


class TestOnceEach:
    def test_subscribing(self, site: Any, together: Any) -> None:
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        member = site.join()
        answers = together(
            *(
                partial(site.again(member).post, f"/subscriptions/threads/{thread_id}")
                for _ in range(4)
            )
        )
        assert sorted(answer.status_int for answer in answers) == [200, 400, 400, 400]

    def test_deleting_a_post(self, site: Any, together: Any) -> None:
        member = site.join()
        thread_id = make_thread(site.staff, site.forum_id)["id"]
        where = f"/forums/posts/{make_post(member, thread_id)}"
        for method, path, count in (("DELETE", where, 0), ("POST", f"{where}/restore", 1)):
            together(
                *(
                    partial(site.again(site.staff).request, method, path, status=200)
                    for _ in range(4)
                )
            )
            assert get_json(member, "/users/me")["forum_post_count"] == count
        require_exact_counts(site.session)
