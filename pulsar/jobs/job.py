"""Declared jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zope.interface import implementer

from ..interfaces import IJob
from ..registry import Registry
from .schedule import Every


@implementer(IJob)
@dataclass(frozen=True, slots=True)
class Job:
    """A job as declared by ``config.add_job``; ``seconds`` is its maximum duration."""

    name: str
    schedule: Every
    work: Callable[[Any], None]
    title: str
    seconds: int

    def __call__(self, registry: Registry) -> None:
        self.work(registry)
