"""``make bench-announce``: announces per second of the tracker, compared with other trackers.

``pulsar tracker`` runs as in production, in one process on a PostgreSQL database of its own: with
its journal, its flusher, and bans, client lists and limits. It takes turns with Debian's
opentracker and npm's bittorrent-tracker, whichever are installed. wrk announces another peer each
time: 50,000 peers in 1,000 torrents, half of which seed, and which have all announced before. Every
announce moves counters.

- ``memory_per_s``, ``opentracker_per_s``, ``bittorrent_tracker_per_s``: announces per second with 8
  connections that stay open, where the tracker keeps them open.
- ``ratio_opentracker``: the median of the rounds' ratios; ``ratio_opentracker_close``: with a new
  connection for each announce.
- ``redis_per_s``, ``ratio_redis``: with the swarms in Redis.
- ``wsgi_per_s``: ``pulsar serve``, one process of waitress, on the same site.
- ``udp_per_s``: by :mod:`benchmarks.udp`, which is written in Python and may be what is slow.
- ``cold_ratio``: each announce is of another torrent, out of 1,000,000.
- ``bytes_per_peer``: of 1,000,000 peers, by the number of torrents they are in.
- ``flush_us_per_peer``: processor time of the flusher and of PostgreSQL for a changed peer.
- ``p99_ms``: latency at 80 % of ``memory_per_s``, with 64 connections, from the moment at which an
  announce was due.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pulsar.testing.backends import Backend

from . import announce_site, flushing, paced, peers, swarm_memory, trackers, udp, wrk
from .announce_site import Site
from .peers import Peer
from .progress import Figures, print_figures, progress
from .trackers import Tracker

_LOAD = 0.8
#: Torrents of a second of cold announces: more than any tracker serves.
_COLD_PER_SECOND = 40_000
_BESIDE_WSGI = "opentracker, beside wsgi"
#: Peers in a torrent, where their memory is measured.
_SWARM_SIZES = (50, 5)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: rounds of so many seconds, and the size of the site."""

    rounds: int = 5
    seconds: int = 3
    members: int = 100_000
    torrents: int = 1_000_000
    #: Peers in memory.
    peers: int = 1_000_000
    flushes: int = flushing.ROUNDS


QUICK = Plan(rounds=2, seconds=1, members=20_000, torrents=200_000, peers=100_000, flushes=2)


@dataclass(slots=True)
class Turns:
    """What the rounds of a tracker found: announces per second, and processor time of each."""

    per_second: list[float] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)
    answer_bytes: float = 0.0

    @property
    def rate(self) -> float:
        """The median."""
        return median(self.per_second)

    def ratio(self, other: Turns | None) -> float | None:
        """The median of the rounds' ratios to another tracker."""
        if other is None:
            return None
        pairs = zip(self.per_second, other.per_second, strict=True)
        return median(mine / theirs for mine, theirs in pairs)


class Contestant(NamedTuple):
    """A tracker that takes turns, and the file of the peers that announce to it."""

    tracker: Tracker
    peers: Path

    def announce(self, seconds: int, close: bool, turns: Turns) -> None:
        """Take a turn."""
        tracker = self.tracker
        before = tracker.processor_seconds()
        load = wrk.hammer(
            tracker.port, self.peers, tracker.next_laps(), seconds=seconds, close=close
        )
        used = tracker.processor_seconds() - before
        turns.per_second.append(load.per_second)
        turns.microseconds.append(used / load.requests * 1e6)
        turns.answer_bytes = load.answer_bytes


def main() -> None:
    """Run it, and print a table and the figures."""
    plan = parse_arguments()
    if not wrk.is_installed():
        sys.exit("There is no wrk: apt-get install wrk")
    backend = announce_site.find_backend()
    if backend is None:
        sys.exit("PostgreSQL and Redis do not answer.")
    with (
        tempfile.TemporaryDirectory(prefix="pulsar-bench-") as folder,
        progress(5 * plan.rounds + 8) as advance,
    ):
        bench = Bench(Path(folder), plan, advance)
        figures = bench.run(backend)
    print(f"{'announces/s':<34}{'rate':>8}{'CPU us':>8}{'bytes':>7}")
    for name, turns in bench.found.items():
        print(
            f"{name:<34}{turns.rate:>8.0f}{median(turns.microseconds):>8.1f}"
            f"{turns.answer_bytes:>7.0f}"
        )
    wsgi = bench.found["wsgi"].ratio(bench.found.get(_BESIDE_WSGI))
    if wsgi is not None:
        print(f"wsgi / opentracker: {wsgi:.3f}")
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")
    for sentence in bench.missing:
        print(sentence, file=sys.stderr)
    print_figures(figures)


def parse_arguments() -> Plan:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.announce",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="less exact, for a first look")
    parser.add_argument("--rounds", type=int, help="turns of each tracker")
    parser.add_argument("--seconds", type=int, help="seconds of a turn")
    given = parser.parse_args()
    plan = QUICK if given.quick else Plan()
    return replace(plan, rounds=given.rounds or plan.rounds, seconds=given.seconds or plan.seconds)


class Bench:
    """The measurement; ``found`` has the turns by name, ``missing`` why figures are null."""

    def __init__(self, folder: Path, plan: Plan, advance: Callable[[str], None]) -> None:
        self.folder = folder
        self.plan = plan
        self.advance = advance
        self.found: dict[str, Turns] = {}
        self.missing = ["redis_per_s and ratio_redis are null: there is no shared store yet."]

    def run(self, backend: Backend) -> Figures:
        """All figures."""
        plan = self.plan
        self.advance("memory of peers")
        bytes_per_peer = {
            str(plan.peers // size): swarm_memory.bytes_per_peer(plan.peers, plan.peers // size)
            for size in _SWARM_SIZES
        }
        self.advance("flushing")
        with flushing.database() as url:
            flush = flushing.measure(url, self.folder / "flushing", rounds=plan.flushes)
        self.advance("filling the site")
        with (
            announce_site.made(backend, self.folder, plan.members, plan.torrents) as site,
            ExitStack() as stack,
        ):
            some = peers.warm(site.passkeys, site.info_hashes)
            others = self.start_others(stack, site, some)
            p99_ms, udp_per_s = self.announce(site, some, others)
            self.announce_to_site(site, some, others)
        memory, closing = self.found["memory"], self.found["memory, closing"]
        opentracker, bittorrent = map(self.found.get, trackers.OTHERS)
        return {
            "memory_per_s": memory.rate,
            "redis_per_s": None,
            "wsgi_per_s": self.found["wsgi"].rate,
            "udp_per_s": udp_per_s,
            "opentracker_per_s": _rate(opentracker),
            "bittorrent_tracker_per_s": _rate(bittorrent),
            "ratio_opentracker": memory.ratio(opentracker),
            "ratio_opentracker_close": closing.ratio(self.found.get("opentracker, closing")),
            "ratio_redis": None,
            "cold_ratio": self.found["memory, cold"].ratio(self.found["memory, warm"]),
            "bytes_per_peer": bytes_per_peer,
            "flush_us_per_peer": flush.total,
            "p99_ms": p99_ms,
        }

    def start_others(self, stack: ExitStack, site: Site, some: list[Peer]) -> dict[str, Contestant]:
        """The other trackers that are installed, with the peers in their swarms."""
        file = peers.save(some, self.folder / "open-peers", with_passkey=False)
        started = {}
        for name, make in trackers.OTHERS.items():
            self.advance(f"starting {name}")
            tracker = make(self.folder, site.info_hashes[: peers.TORRENTS])
            if tracker is None:
                self.missing.append(f"The figures of {name} are null: it is not installed.")
                continue
            stack.enter_context(tracker)
            tracker.await_answer(some[0], with_passkey=False)
            wrk.join(tracker.port, file, len(some))
            started[name] = Contestant(tracker, file)
        return started

    def announce(
        self, site: Site, some: list[Peer], others: dict[str, Contestant]
    ) -> tuple[float, float]:
        """Announce to ``pulsar tracker``; returns the latency, and the rate over UDP."""
        file = peers.save(some, self.folder / "peers")
        self.advance("starting pulsar tracker")
        with trackers.pulsar_tracker(self.folder, site.settings) as tracker:
            tracker.await_answer(some[0], with_passkey=True)
            wrk.join(tracker.port, file, len(some))
            own = {"memory": Contestant(tracker, file)}
            self.compare(own | others)
            # Node closes connections too, but is too far behind to be of interest.
            closing = own | {name: others[name] for name in others if name == "opentracker"}
            self.compare(closing, suffix=", closing", close=True)
            self.compare_cold(site, tracker, file)
            with self.in_a_process() as pool:
                rates = []
                for _ in range(self.plan.rounds):
                    laps, seconds = tracker.next_laps(), self.plan.seconds
                    rates.append(
                        pool.submit(udp.hammer, tracker.udp_port, some, laps, seconds).result()
                    )
                    self.advance("announcing over UDP")
                rate = _LOAD * self.found["memory"].rate
                laps, seconds = tracker.next_laps(), self.plan.rounds * self.plan.seconds
                latencies = pool.submit(
                    paced.announce, tracker.port, some, laps, rate, seconds
                ).result()
            self.advance("stopping pulsar tracker")
            tracker.require_accepted()
        if latencies.per_second < 0.99 * rate:
            self.missing.append(
                f"p99_ms is at {latencies.per_second:.0f} announces/s instead of {rate:.0f}."
            )
        return latencies.p99, median(rates)

    def announce_to_site(self, site: Site, some: list[Peer], others: dict[str, Contestant]) -> None:
        """Announce to ``pulsar serve``, which has the peers from the database."""
        self.advance("starting pulsar serve")
        with trackers.pulsar_serve(self.folder, site.settings) as tracker:
            tracker.laps = 1_000_000
            tracker.await_answer(some[0], with_passkey=True)
            contestants = {"wsgi": Contestant(tracker, self.folder / "peers")}
            if "opentracker" in others:
                contestants[_BESIDE_WSGI] = others["opentracker"]
            self.compare(contestants)
            tracker.require_accepted()

    def compare(
        self, contestants: Mapping[str, Contestant], *, suffix: str = "", close: bool = False
    ) -> None:
        """Let all take their turns."""
        names = [*contestants]
        for name in names:
            self.found[name + suffix] = Turns()
        for number in range(self.plan.rounds):
            # A machine that slows down must not favour whoever is always first.
            first = number % len(names)
            for name in names[first:] + names[:first]:
                turns = self.found[name + suffix]
                contestants[name].announce(self.plan.seconds, close, turns)
            self.advance("announcing" + suffix)

    def compare_cold(self, site: Site, tracker: Tracker, warm: Path) -> None:
        """Compare announces of the same torrents with those of another torrent each time."""
        self.found["memory, warm"], self.found["memory, cold"] = Turns(), Turns()
        first = peers.TORRENTS
        most = min(
            self.plan.seconds * _COLD_PER_SECOND,
            (len(site.info_hashes) - first) // self.plan.rounds,
        )
        for number in range(self.plan.rounds):
            some = peers.cold(site.passkeys, site.info_hashes, first, most)
            first += most
            cold = peers.save(some, self.folder / "cold-peers")
            turns = [("memory, warm", warm), ("memory, cold", cold)]
            for name, file in turns[:: 1 if number % 2 else -1]:
                contestant = Contestant(tracker, file)
                contestant.announce(self.plan.seconds, False, self.found[name])
            self.advance("announcing, cold")

    @staticmethod
    def in_a_process() -> ProcessPoolExecutor:
        """Where the load runs that wrk cannot make."""
        return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _rate(turns: Turns | None) -> float | None:
    return turns.rate if turns is not None else None


if __name__ == "__main__":
    main()
