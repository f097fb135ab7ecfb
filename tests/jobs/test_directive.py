"""``config.add_job``."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError

from pulsar.interfaces import IJob
from pulsar.jobs.schedule import MINUTELY


class TestAddJob:
    def test_declared(self, configure: Any) -> None:
        def module(config: Configurator) -> None:
            config.add_job("sort_things", MINUTELY, "builtins.repr", seconds=5)

        config = configure(module)
        config.commit()
        job = config.registry.getUtility(IJob, "sort_things")
        assert (job.title, job.schedule, job.seconds) == ("Sort things", MINUTELY, 5)
        assert job.work is repr

    def test_twice(self, configure: Any) -> None:
        def module(config: Configurator) -> None:
            config.add_job("promotion", MINUTELY, repr)

        config = configure()
        config.include(module)
        with pytest.raises(ConfigurationConflictError, match="promotion"):
            config.commit()

    def test_names_fit_their_column(self, configure: Any) -> None:
        configure(lambda config: config.add_job("x" * 64, MINUTELY, repr))
        with pytest.raises(ConfigurationError, match="longer than 64 characters"):
            configure(lambda config: config.add_job("x" * 65, MINUTELY, repr))
