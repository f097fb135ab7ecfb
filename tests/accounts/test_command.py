"""``pulsar user`` and accounts, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pulsar.cli import main
from pulsar.configuration import make_configurator
from pulsar.interfaces import IDatabase, ITwoFactor
from pulsar.testing.factories import PASSWORD
from pulsar.users.models import User
from pulsar.users.password_rules import COMMON, PERSONAL

INI = Path(__file__).parents[2] / "development.ini"


@pytest.fixture
def pulsar(tmp_path: Path) -> Callable[..., Result]:
    """``pulsar(*words)``: run the command on a separate site with a member named Bob."""

    def run(*words: str) -> Result:
        options = ["-c", str(INI), "--set", f"var={tmp_path}"]
        return CliRunner().invoke(main, [*options, *words])

    assert run("db", "upgrade").exit_code == 0
    options = ("--username", "Bob", "--email", "bob@example.org", "--password", PASSWORD)
    assert run("user", "add", *options).exit_code == 0
    return run


def test_add_mails_nothing_and_believes_the_address(
    pulsar: Callable[..., Result], tmp_path: Path
) -> None:
    assert not (tmp_path / "mail").exists()
    config = make_configurator({"pulsar.var": str(tmp_path)})
    config.commit()
    with config.registry.getUtility(IDatabase).session() as session:
        assert session.scalars(select(User)).one().email_confirmed is not None


@pytest.mark.parametrize(
    ("password", "sentence"), [("Password1234!", COMMON), ("I am Alice 123!", PERSONAL)]
)
def test_add_refuses_weak_passwords(
    pulsar: Callable[..., Result], password: str, sentence: str
) -> None:
    options = ("--username", "alice", "--email", "a@example.org", "--password", password)
    done = pulsar("user", "add", *options)
    assert done.exit_code == 1
    assert sentence in done.output


class TestTwoFactorOff:
    def test_on(self, pulsar: Callable[..., Result], tmp_path: Path) -> None:
        config = make_configurator({"pulsar.var": str(tmp_path)})
        config.commit()
        database = config.registry.getUtility(IDatabase)
        service = config.registry.getUtility(ITwoFactor)
        with database.session(True) as session:
            user_id = session.scalars(select(User.id)).one()
            service.begin(session, user_id)
            session.commit()
        done = pulsar("user", "two-factor-off", "bob")
        assert (done.exit_code, done.output) == (0, "Bob logs in without a code now.\n")
        with database.session() as session:
            assert service.state(session, user_id) is None

    def test_off(self, pulsar: Callable[..., Result]) -> None:
        done = pulsar("user", "two-factor-off", "bob")
        assert (done.exit_code, done.output) == (1, "Error: Bob has no second factor.\n")

    def test_unknown(self, pulsar: Callable[..., Result]) -> None:
        done = pulsar("user", "two-factor-off", "eve")
        assert (done.exit_code, done.output) == (1, "Error: There is no member 'eve'.\n")
