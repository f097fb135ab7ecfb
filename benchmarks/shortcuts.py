"""``make bench-shortcuts``: the gain of each replacement of a part of Pyramid.

One process has several applications of the site: a complete one, and one without each of the
replacements in :data:`pulsar.framework.SHORTCUTS`. They answer the same requests in turn, and
processor time is measured, so that other work of the machine has little effect.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from webob import Request

import pulsar
from pulsar import framework

from . import site
from .progress import progress

ROUNDS = 9
REQUESTS = 250
WHOLE = "(all)"


def main() -> None:
    """Fill a small site, measure the applications, and print a table."""
    with tempfile.TemporaryDirectory(prefix="pulsar-bench-") as folder:
        with progress(site.TORRENTS) as advance:
            key = site.fill(Path(folder), partial(advance, "filling the site"))[0].key
        options = site.settings(Path(folder))
        applications = {
            name: application(options, without=name) for name in (WHOLE, *framework.SHORTCUTS)
        }
        for path in ("/users/me", "/torrents/1"):
            print(f"{'GET ' + path:<24}{'us':>8}{'ratio':>8}")
            for name, (microseconds, ratio) in compare(applications, path, key).items():
                print(f"  without {name:<14}{microseconds:>8.0f}{ratio:>8.3f}")


def application(options: dict[str, str], *, without: str) -> Any:
    """Return the application without the replacement of this name."""
    every = framework.SHORTCUTS
    framework.SHORTCUTS = tuple(name for name in every if name != without)
    try:
        return pulsar.main({}, **options)
    finally:
        framework.SHORTCUTS = every


def compare(applications: dict[str, Any], path: str, key: str) -> dict[str, tuple[float, float]]:
    """Return the microseconds of a request, and the median of the ratios to the complete site."""
    times: dict[str, list[float]] = {name: [] for name in applications}
    with silent():
        for number in range(ROUNDS + 1):
            # The order alternates, so that a machine that slows down favours no application.
            for name in sorted(applications, reverse=bool(number % 2)):
                times[name].append(measure(applications[name], path, key))
    # The first round is a warm-up.
    whole = times[WHOLE][1:]
    return {
        name: (
            median(rounds[1:]),
            median(own / other for own, other in zip(rounds[1:], whole, strict=True)),
        )
        for name, rounds in times.items()
    }


def measure(app: Any, path: str, key: str) -> float:
    """Return the microseconds of processor time of a request."""
    requests = [
        Request.blank(path, headers={"Authorization": f"Token {key}"}) for _ in range(REQUESTS)
    ]
    gc.collect()
    gc.disable()
    started = time.process_time()
    for request in requests:
        status, _, body = request.call_application(app)
        b"".join(body)
    seconds = time.process_time() - started
    gc.enable()
    if status != "200 OK":
        raise RuntimeError(f"GET {path} answered {status}.")
    return seconds / REQUESTS * 1e6


@contextmanager
def silent() -> Iterator[None]:
    """Discard standard error, because a terminal would be slower than the site."""
    error = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(error, 2)
            os.close(error)


if __name__ == "__main__":
    main()
