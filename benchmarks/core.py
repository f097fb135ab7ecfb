"""``make bench-core``: the cost of Pulsar compared with bare Pyramid.

The site runs as in production, in one process of waitress, with SQLite and the in-process cache.
Each endpoint is compared with a bare Pyramid view that returns the same bytes, in the same run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from . import bare, site
from .comparison import Comparer, Comparison, Plan
from .counting import Cost, cost
from .load import Exchange, fetch, get
from .progress import print_figures, progress
from .servers import Server

PLAN = Plan(rounds=9, seconds=0.6)
QUICK = Plan(rounds=3, seconds=0.2)
REDIS_URL = "redis://127.0.0.1:6379/0"


def main() -> None:
    """Run the benchmark, and print a table and the results."""
    arguments = parse_arguments()
    plan = QUICK if arguments.quick else PLAN
    with tempfile.TemporaryDirectory(prefix="pulsar-bench-") as folder:
        results, price = measure(Path(folder), plan, arguments.redis_url)
    print(f"{'requests/s':<16}{'Pulsar':>10}{'bare':>10}{'ratio':>8}")
    for name, result in results.items():
        print(f"{name:<16}{result.ours:>10.0f}{result.bare:>10.0f}{result.ratio:>8.3f}")
    if price.redis is None:
        print("users_me_redis is null: no Redis answers.", file=sys.stderr)
    print_figures(
        {
            **{f"{name}_ratio": result.ratio for name, result in results.items()},
            "users_me_sql": price.sql,
            "users_me_redis": price.redis,
        }
    )


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.core", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a first look")
    parser.add_argument(
        "--redis-url",
        default=os.environ.get("PULSAR_TEST_REDIS_URL", REDIS_URL),
        help="where Redis round trips are counted (default: %(default)s)",
    )
    return parser.parse_args()


def measure(folder: Path, plan: Plan, redis_url: str) -> tuple[dict[str, Comparison], Cost]:
    """Fill a site in the folder, count statements and commands, then measure every endpoint."""
    with progress(site.TORRENTS + 4 * plan.rounds) as advance:
        members = site.fill(folder, partial(advance, "filling the site"))
        options, key = site.settings(folder), members[0].key
        price = cost(options, "/users/me", key, redis_url)
        requests = {
            "torrents_list": [get("/torrents", key)],
            "torrent": [get("/torrents/1", key)],
            "announce": [get(member.announce) for member in members],
            "users_me": [get("/users/me", key)],
        }
        with Server("pulsar", folder, {"use": "egg:pulsar-core", **options}) as ours:
            answers = {
                request: fetch(ours.port, request)
                for planned in requests.values()
                for request in planned
            }
            saved = folder / "answers"
            bare.save({path_of(request): answer for request, answer in answers.items()}, saved)
            factory = {"paste.app_factory": "benchmarks.bare:main", "answers": str(saved)}
            with Server("bare", folder, factory) as other, Comparer(plan) as comparer:
                results = {}
                for name, planned in requests.items():
                    exchanges = [Exchange(each, len(answers[each].body)) for each in planned]
                    results[name] = comparer.compare(
                        ours.port, other.port, exchanges, partial(advance, name)
                    )
    return results, price


def path_of(request: bytes) -> str:
    """Return the path of a request, without its query."""
    return urlsplit(request.split(b" ", 2)[1].decode()).path


if __name__ == "__main__":
    main()
