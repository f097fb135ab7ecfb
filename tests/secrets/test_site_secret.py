"""The site's own secret."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyramid.exceptions import ConfigurationError

from pulsar.secrets.site import SiteSecrets, site_secrets


def settings(
    secret: str = "", file: Any = "", *, upcoming: str = "", old: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "pulsar.secret": secret,
        "pulsar.next_secret": upcoming,
        "pulsar.old_secrets": old,
        "pulsar.secret_file": str(file),
    }


def site_secret(settings: dict[str, Any]) -> bytes:
    """Return the only secret of the site."""
    (key,) = site_secrets(settings).keys
    return key


class TestSetting:
    def test_given(self) -> None:
        assert site_secret(settings("x" * 32)) == b"x" * 32

    @pytest.mark.parametrize("secret", ["", "x" * 31])
    def test_too_short(self, secret: str) -> None:
        with pytest.raises(ConfigurationError, match="at least 32 random characters"):
            site_secret(settings(secret))

    def test_several(self) -> None:
        site = site_secrets(settings("x" * 32, upcoming="y" * 32, old=("z" * 32, "a" * 32)))
        assert site.keys == (b"x" * 32, b"y" * 32, b"z" * 32, b"a" * 32)
        assert site.old_keys == (b"z" * 32, b"a" * 32)
        assert "x" * 32 not in repr(site)

    @pytest.mark.parametrize("more", [{"upcoming": "y" * 31}, {"old": ("y" * 31,)}])
    def test_further_ones_too_short(self, more: dict[str, Any]) -> None:
        with pytest.raises(ConfigurationError, match="old_secrets must be at least 32 random"):
            site_secrets(settings("x" * 32, **more))

    @pytest.mark.parametrize(
        "more", [{"upcoming": "x" * 32}, {"old": ("x" * 32,)}, {"old": ("y" * 32, "y" * 32)}]
    )
    def test_twice(self, more: dict[str, Any]) -> None:
        with pytest.raises(ConfigurationError, match="one is there twice"):
            site_secrets(settings("x" * 32, **more))

    @pytest.mark.parametrize("more", [{"upcoming": "y" * 32}, {"old": ("y" * 32,)}])
    def test_further_ones_beside_a_file(self, tmp_path: Path, more: dict[str, Any]) -> None:
        file = tmp_path / "secret"
        with pytest.raises(ConfigurationError, match="lines of the file"):
            site_secrets(settings(file=file, **more))
        assert not file.exists()

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

    def test_several(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text(f"{'x' * 32}\n\n  {'y' * 32}\nnext: {'z' * 32}\n")
        site = site_secrets(settings(file=file))
        assert site == SiteSecrets("x" * 32, "z" * 32, ("y" * 32,))
        file.write_text(site.dump())
        assert site_secrets(settings(file=file)) == site

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "at least 32 random"),
            (b"x" * 32 + b"\nshort\n", "at least 32 random"),
            (b"x" * 32 + b"\nnext: short\n", "at least 32 random"),
            (b"x" * 32 + b"\nnext:\n", "at least 32 random"),
            (b"next: " + b"x" * 32, "at least 32 random"),
            (b"x" * 32 + b"\n" + b"x" * 32, "one is there twice"),
            (b"x" * 32 + b"\nnext: " + b"x" * 32, "one is there twice"),
            (
                b"x" * 32 + b"\nnext: " + b"y" * 32 + b"\nnext: " + b"z" * 32,
                "more than one next secret",
            ),
            (b"\xff" * 32, "is no text"),
        ],
    )
    def test_mistakes(self, tmp_path: Path, content: bytes, words: str) -> None:
        file = tmp_path / "secret"
        file.write_bytes(content)
        with pytest.raises(ConfigurationError, match=words) as caught:
            site_secrets(settings(file=file))
        assert str(file) in str(caught.value)
        assert "x" * 32 not in str(caught.value)

    def test_the_setting_goes_first(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        assert site_secret(settings("x" * 32, file)) == b"x" * 32
        assert not file.exists()

    def test_processes_that_start_at_once_agree(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(lambda _: site_secret(settings(file=file)), range(32)))
        assert len(secrets) == 1
        assert list(tmp_path.iterdir()) == [file]
