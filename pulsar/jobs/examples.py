"""Examples of jobs, for tests that walk the API."""

from __future__ import annotations

from ..testing.examples import Examples
from ..testing.site_model import World
from .models import JobRun

examples = Examples()
examples.constant_list("/jobs")


@examples.items("/jobs/runs")
def runs(world: World, amount: int) -> None:
    """Add runs that have not finished."""
    world.db.add_all(JobRun(name=f"job {world.number()}", holder="nobody") for _ in range(amount))
    world.db.commit()
