"""``make bench-forums``: the cost of a thread's page, the speed of writing posts, and deep pages.

A thread of 50 posts is compared with a bare Pyramid view that returns the same bytes, in the same
run, both with SQLite and the in-process cache. Posts are written by one process on PostgreSQL and
Redis, if these are available.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from pulsar.interfaces import ICache, IDatabase
from pulsar.testing import backends
from pulsar.testing.client import Client
from pulsar.testing.sql import counted

from . import bare, forum_site, site
from .comparison import Comparer, Comparison, Plan
from .core import path_of
from .forum_site import Forums
from .load import Exchange, fetch, get, hammer, post
from .progress import print_figures, progress
from .servers import Server

PLAN = Plan(rounds=9, seconds=0.6)
QUICK = Plan(rounds=3, seconds=0.2)
PLUGINS = "forums"
#: The number of pages that are read, each at another position.
PAGES = 40
WRITING_SECONDS = 5.0


def main() -> None:
    """Run the benchmark, and print the results."""
    parser = argparse.ArgumentParser(prog="benchmarks.forums", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less exact, for a first look")
    plan = QUICK if parser.parse_args().quick else PLAN
    with (
        tempfile.TemporaryDirectory(prefix="pulsar-bench-") as folder,
        progress(plan.rounds + 4) as advance,
    ):
        options = site.settings(Path(folder), PLUGINS)
        site.migrate(options)
        with site.application(options) as app:
            advance("filling the site")
            forums = forum_site.fill(app)
            statements = cold_statements(app, forums)
            advance("deep pages")
            posts = {size: deep_pages(app, forums, size, "threads") for size in forums.long_threads}
            threads = {size: deep_pages(app, forums, size, "") for size in forums.long_forums}
        advance("a thread's page")
        result = compare(Path(folder), options, forums, plan, partial(advance, "a thread's page"))
        advance("writing posts")
        written = writing(Path(folder))
    print(
        f"thread: {result.ours:.0f} requests/s, bare: {result.bare:.0f}, ratio {result.ratio:.3f}"
    )
    if written is None:
        print("post_per_s is null: no PostgreSQL and Redis answer.", file=sys.stderr)
    few, many = forum_site.SIZES
    print_figures(
        {
            "thread_sql": statements,
            "thread_ratio": result.ratio,
            "post_per_s": written,
            "page_1k_ms": posts[few],
            "page_100k_ms": posts[many],
            "forum_page_1k_ms": threads[few],
            "forum_page_100k_ms": threads[many],
        }
    )


def cold_statements(app: Any, forums: Forums) -> int:
    """Return the SQL statements of the thread's page if only the caller's identity is cached."""
    client = Client(app, forums.keys[0])
    client.get("/users/me", status=200)
    with counted(app.registry.getUtility(IDatabase).engine) as statements:
        client.get(f"/forums/threads/{forums.thread}", status=200)
    return len(statements)


def deep_pages(app: Any, forums: Forums, size: int, kind: str) -> float:
    """Return the milliseconds of a page inside of a long list, without cached copies."""
    client, chance = Client(app, forums.keys[0]), random.Random(1)
    if kind:
        path, name = f"/forums/threads/{forums.long_threads[size]}", "posts"
    else:
        path, name = f"/forums/{forums.long_forums[size]}", "threads"
    first = client.get(path, status=200).json["response"][name]["items"]
    start, step = first[-1]["id"], 1
    if not kind:
        start, step = first[-1]["last_post"]["id"], -1
    took = []
    for _ in range(PAGES):
        after = start + step * chance.randrange(size - 100)
        app.registry.getUtility(ICache).clear()
        client.get("/users/me", status=200)
        began = time.perf_counter()
        answer = client.get(f"{path}?after={after}", status=200)
        took.append(1000 * (time.perf_counter() - began))
        assert answer.json["response"][name]["items"]
    return median(took)


def compare(
    folder: Path, options: dict[str, str], forums: Forums, plan: Plan, advance: Any
) -> Comparison:
    """Compare the page of the usual thread, with everything cached, with the bare view."""
    request = get(f"/forums/threads/{forums.thread}", forums.keys[0])
    with Server("pulsar", folder, {"use": "egg:pulsar-core", **options}) as ours:
        answer = fetch(ours.port, request)
        saved = folder / "answers"
        bare.save({path_of(request): answer}, saved)
        factory = {"paste.app_factory": "benchmarks.bare:main", "answers": str(saved)}
        with Server("bare", folder, factory) as other, Comparer(plan) as comparer:
            exchanges = [Exchange(request, len(answer.body))]
            return comparer.compare(ours.port, other.port, exchanges, advance)


def writing(folder: Path) -> float | None:
    """Return the posts per second that one process stores on PostgreSQL."""
    with production() as options:
        if options is None:
            return None
        site.migrate(options)
        with site.application(options) as app:
            forums = forum_site.fill(app, sizes=(1_000,))
        threads = [forums.thread, *forums.long_threads.values()]
        requests = [
            post("/forums/posts", key, json.dumps({"thread_id": thread, "contents": text}).encode())
            for thread in threads
            for key, text in zip(forums.keys, ("What is said here. " * 20,) * 5, strict=True)
        ]
        with Server("writing", folder, {"use": "egg:pulsar-core", **options}) as server:
            exchanges = [Exchange(request) for request in requests]
            hammer(server.port, exchanges, 1.0, 400)
            return hammer(server.port, exchanges, WRITING_SECONDS, 100_000)


@contextmanager
def production() -> Iterator[dict[str, str] | None]:
    """Yield the settings of a site on PostgreSQL and Redis with its own database, or None."""
    backend = backends.answering("benchmark")
    if backend is None:
        yield None
        return
    backends.create_database(backend.url)
    backends.forget_redis(backend)
    try:
        yield {**site.settings(Path("/nowhere"), PLUGINS), **backend.settings}
    finally:
        backends.drop_database(backend.url)
        backends.forget_redis(backend)


if __name__ == "__main__":
    main()
