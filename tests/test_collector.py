"""Garbage collections while a process starts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

import pulsar
from pulsar.cli.application import Application
from pulsar.collector import paused


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """Collections are enabled, and are so again after the test."""
    gc.enable()
    yield
    gc.enable()


class TestPaused:
    def test_until_the_end_of_the_block(self) -> None:
        with paused():
            assert not gc.isenabled()
        assert gc.isenabled()

    def test_a_block_inside_ends_it(self) -> None:
        with paused():
            with paused():
                assert not gc.isenabled()
            assert gc.isenabled()
        assert gc.isenabled()

    def test_an_error_ends_it(self) -> None:
        with pytest.raises(ValueError, match="x"), paused():
            raise ValueError("x")
        assert gc.isenabled()

    def test_what_was_disabled_stays_disabled(self) -> None:
        gc.disable()
        with paused():
            pass
        assert not gc.isenabled()

    @pytest.mark.parametrize(
        ("permanent", "before", "frozen"),
        [(True, 0, [None]), (True, 1, []), (False, 0, [])],
    )
    def test_objects_are_excluded_once(
        self, monkeypatch: pytest.MonkeyPatch, permanent: bool, before: int, frozen: list[None]
    ) -> None:
        calls: list[None] = []
        monkeypatch.setattr("gc.get_freeze_count", lambda: before)
        monkeypatch.setattr("gc.freeze", lambda: calls.append(None))
        with paused(permanent):
            assert calls == []
        assert calls == frozen


class TestStarting:
    """Applications are made during a pause, which has ended when they are used."""

    def test_of_a_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pulsar.application.make_app", lambda settings: gc.isenabled())
        assert pulsar.main({}) is False
        assert gc.isenabled()

    def test_of_a_command(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Config:
            def commit(self) -> None:
                self.registry = [gc.isenabled()]

        def command(application: Application) -> None:
            assert not gc.isenabled()
            assert application.registry == [False]
            assert gc.isenabled()

        monkeypatch.setattr("pulsar.configuration.make_configurator", lambda settings: Config())
        ini = tmp_path / "site.ini"
        ini.write_text("[app:main]\nuse = egg:pulsar-core\n")
        with paused():
            command(Application(str(ini), {}))
