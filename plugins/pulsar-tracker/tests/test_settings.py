"""The settings of the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from tracker.settings import TrackerSettings, journal_folder, journal_sync


class TestSync:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("always", "always"), (" always ", "always"), ("10", 0.01), ("0", 0.0), ("10000", 10.0)],
    )
    def test_good(self, text: str, value: Any) -> None:
        assert journal_sync(text) == value

    @pytest.mark.parametrize("text", ["", "never", "0.5", "-1", "10001", "10 ms"])
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="must be always, or milliseconds from 0 to 10000"):
            journal_sync(text)

    def test_default(self) -> None:
        assert journal_sync(TrackerSettings.journal_sync.default) == 0.01


class TestFolder:
    @pytest.mark.parametrize(
        ("journal", "var", "folder"),
        [
            ("", "/srv/var", "/srv/var/tracker"),
            ("/srv/journal", "/srv/var", "/srv/journal"),
            ("/srv/journal", "", "/srv/journal"),
        ],
    )
    def test_named(self, journal: str, var: str, folder: str) -> None:
        settings = {"tracker.journal": journal, "pulsar.var": var}
        assert journal_folder(settings) == Path(folder)

    def test_not_named(self) -> None:
        with pytest.raises(ConfigurationError, match=r"Set tracker\.journal, or pulsar\.var"):
            journal_folder({"tracker.journal": "", "pulsar.var": ""})
