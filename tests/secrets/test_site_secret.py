"""The site's own secret."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from pulsar.secrets.site import site_secret


def settings(secret: str = "", file: Any = "") -> dict[str, str]:
    return {"pulsar.secret": secret, "pulsar.secret_file": str(file)}


class TestSetting:
    def test_given(self) -> None:
        assert site_secret(settings("x" * 32)) == b"x" * 32

    @pytest.mark.parametrize("secret", ["", "x" * 31])
    def test_too_short(self, secret: str) -> None:
        with pytest.raises(ConfigurationError, match="at least 32 random characters"):
            site_secret(settings(secret))

    def test_a_site_without_one_does_not_start(self, configure: Callable[..., Any]) -> None:
        with pytest.raises(ConfigurationError, match=r"pulsar\.secret"):
            configure(settings={"pulsar.secret": ""})


class TestFile:
    def test_is_made(self, tmp_path: Path) -> None:
        file = tmp_path / "folder" / "secret"
        secret = site_secret(settings(file=file))
        assert len(secret) >= 32
        assert site_secret(settings(file=file)) == secret
        assert list(file.parent.iterdir()) == [file]

    def test_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        site_secret(settings(file=file))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_one_that_others_read_is_made_private(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("x" * 32)
        file.chmod(0o644)
        assert site_secret(settings(file=file)) == b"x" * 32
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_differs(self, tmp_path: Path) -> None:
        secrets = {site_secret(settings(file=tmp_path / name)) for name in "abc"}
        assert len(secrets) == 3

    def test_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("y" * 40 + "\n")
        assert site_secret(settings(file=file)) == b"y" * 40

    def test_too_short(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("short\n")
        with pytest.raises(ConfigurationError, match="at least 32 random characters"):
            site_secret(settings(file=file))

    def test_the_setting_goes_first(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        assert site_secret(settings("x" * 32, file)) == b"x" * 32
        assert not file.exists()

    def test_processes_that_start_at_once_agree(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(lambda _: site_secret(settings(file=file)), range(32)))
        assert len(found) == 1
        assert list(tmp_path.iterdir()) == [file]
