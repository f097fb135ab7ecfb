"""The names in ``pshell``, and the effects of commands there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pulsar.interfaces import IDatabase
from pulsar.users.models import User

from .conftest import BIN

ADD = 'db.add(User(username="{name}", email="{name}@example.org", passhash=""))\n'
COUNT = 'print("members:", db.query(User).count(), request.method, Torrent.__tablename__)\n'


class TestShell:
    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Any:
        """A site without members."""
        return make_site(**{"pulsar.plugins": "torrents tracker"})

    @pytest.fixture
    def shell(self, site: Any, write_ini: Callable[..., Path]) -> Callable[[str], str]:
        """``shell(code)``: the output of code that is typed into pshell."""
        ini = write_ini(site)
        with ini.open("a") as file:
            file.write("\n[pshell]\nsetup = pulsar.shell.setup\n")

        def type_in(code: str) -> str:
            command = [str(BIN / "pshell"), "--python-shell", "python", str(ini)]
            ended = subprocess.run(command, input=code, capture_output=True, text=True, timeout=120)
            assert "Traceback" not in ended.stderr, ended.stderr
            return ended.stdout

        return type_in

    @pytest.fixture
    def usernames(self, site: Any) -> Callable[[], list[str]]:
        """``usernames()``: the names of the stored members."""

        def read() -> list[str]:
            with site.registry.getUtility(IDatabase).session() as session:
                return list(session.scalars(select(User.username)))

        return read

    def test_what_is_committed_is_kept_and_the_rest_dropped(
        self, shell: Callable[[str], str], usernames: Callable[[], list[str]]
    ) -> None:
        committing = ADD.format(name="ann") + "tm.commit()\ntm.begin()\n"
        dropped = ADD.format(name="bob") + "db.flush()\n"
        printed = shell(COUNT + committing + COUNT + dropped + COUNT)
        for number in range(3):
            assert f"members: {number} POST torrents" in printed
        assert usernames() == ["ann"]

    def test_it_may_be_left_after_a_commit(
        self, shell: Callable[[str], str], usernames: Callable[[], list[str]]
    ) -> None:
        shell(ADD.format(name="cid") + "tm.commit()\n")
        assert usernames() == ["cid"]
