"""The life of an account on a site with real commits, with mails as files."""

from __future__ import annotations

import email
import re
import time
from collections.abc import Callable
from email.policy import default
from pathlib import Path
from typing import Any

import pyotp
import pytest

from pulsar.interfaces import IDeferred
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD

NEW, NEWEST = "another horse 2!", "third horse 33!"
WRONG = "wrong horse 1!"
TWO_FACTOR = "/users/me/two_factor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def site(make_site: Callable[..., Any], folder: Path) -> Any:
    return make_site(
        **{
            "pulsar.mail": "folder",
            "pulsar.mail_sender": "Pulsar <pulsar@example.org>",
            "pulsar.mail_folder": str(folder),
            "pulsar.deferred": "thread",
            "pulsar.require_confirmed_email": "true",
            # The address fails more often below than a real person would.
            "pulsar.login_delays": "0",
        }
    )


@pytest.fixture
def token_for(site: Any, folder: Path) -> Callable[[str], str]:
    """``token_for(address)``: the token in the latest mail to the address."""

    def read(address: str) -> str:
        site.registry.getUtility(IDeferred).stop()
        for file in sorted(folder.iterdir(), reverse=True):
            mail: Any = email.message_from_bytes(file.read_bytes(), policy=default)
            matches = re.findall(r"^[A-Za-z0-9_-]{43}$", mail.get_content(), re.MULTILINE)
            if mail["To"] == address and matches:
                return str(matches[0])
        raise AssertionError(f"no token was mailed to {address}")

    return read


def test_whole_life(site: Any, token_for: Callable[[str], str]) -> None:
    """A request that waits for its own second session would take SQLite's 15 seconds."""
    client = Client(site)
    started = time.monotonic()

    def log_in(password: str, status: int, **more: str) -> Any:
        body = {"username": "bob", "password": password, **more}
        return client.post("/api_keys", body, status=status).json

    account = {"username": "bob", "password": PASSWORD, "email": "bob@example.org"}
    client.post("/users", account, status=201)
    assert log_in(PASSWORD, 403)["code"] == "email_not_confirmed"
    client.post("/confirm_email", {"token": token_for("bob@example.org")}, status=200)
    log_in(WRONG, 401)
    caller = client.as_key(log_in(PASSWORD, 201)["response"]["key"])

    settings = {"existing_password": WRONG, "new_password": NEW, "email": "bob@example.net"}
    caller.put("/users/settings", settings, status=401)
    caller.put("/users/settings", {**settings, "existing_password": PASSWORD}, status=200)
    caller.get("/users/me", status=401)
    client.post("/confirm_email", {"token": token_for("bob@example.net")}, status=200)
    caller = client.as_key(log_in(NEW, 201)["response"]["key"])
    assert caller.get("/users/me").json["response"]["email"] == "bob@example.net"

    caller.post(TWO_FACTOR, {"password": WRONG}, status=401)
    begun = caller.post(TWO_FACTOR, {"password": NEW}, status=200).json["response"]
    totp = pyotp.TOTP(begun["secret"])
    first = caller.post(f"{TWO_FACTOR}/confirm", {"code": totp.now()}, status=200)
    codes = first.json["response"]["recovery_codes"]
    assert log_in(NEW, 401)["code"] == "two_factor_required"
    log_in(NEW, 201, code=codes[0])

    client.post("/password_reset", {"email": "bob@example.net"}, status=200)
    reset = {"token": token_for("bob@example.net"), "password": NEWEST}
    client.post("/password_reset/confirm", reset, status=200)
    caller = client.as_key(log_in(NEWEST, 201, code=codes[1])["response"]["key"])
    proof = {"password": NEWEST, "code": codes[2]}
    caller.post(f"{TWO_FACTOR}/recovery_codes", {**proof, "code": codes[1]}, status=401)
    renewed = caller.post(f"{TWO_FACTOR}/recovery_codes", proof, status=200)
    proof["code"] = renewed.json["response"]["recovery_codes"][0]
    caller.post(f"{TWO_FACTOR}/turn_off", proof, status=200)
    log_in(NEWEST, 201)
    assert time.monotonic() - started < 10
