"""The set-up of a second factor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pyotp
import pytest
from pyramid_mailer.message import Message
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.accounts.models import RecoveryCode, TwoFactor
from pulsar.accounts.two_factor import TwoFactorService
from pulsar.interfaces import ITwoFactor
from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD, Factory
from pulsar.users.models import User

PATH = "/users/me/two_factor"
TURN_OFF = f"{PATH}/turn_off"
WRONG = "wrong horse 1!"
OFF = {"enabled": False, "begun": False, "recovery_codes": 0}


def now(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))


class TestSetUp:
    def test_from_the_beginning(self, member: Client, clock: Any, log_in: Any) -> None:
        assert member.get(PATH, status=200).json["response"] == OFF
        begun = member.post(PATH, {"password": PASSWORD}, status=200).json["response"]
        assert member.get(PATH).json["response"] == {**OFF, "begun": True}
        assert log_in("member").status_int == 201
        answer = member.post(f"{PATH}/confirm", {"code": now(begun["secret"])}, status=200)
        codes = answer.json["response"]["recovery_codes"]
        assert len(set(codes)) == 10
        assert {len(code) for code in codes} == {20}
        assert member.get(PATH).json["response"] == {
            "enabled": True,
            "begun": False,
            "recovery_codes": 10,
        }
        assert log_in("member").json["code"] == "two_factor_required"

    def test_what_the_device_needs(self, member: Client) -> None:
        begun = member.post(PATH, {"password": PASSWORD}, status=200).json["response"]
        uri = urlsplit(begun["uri"])
        assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/Pulsar:member")
        assert parse_qs(uri.query) == {"secret": [begun["secret"]], "issuer": ["Pulsar"]}
        kind, _, image = begun["qr"].partition(",")
        assert kind.startswith("data:image/svg+xml")
        assert ElementTree.fromstring(unquote(image)).tag == "{http://www.w3.org/2000/svg}svg"

    def test_wrong_password(self, member: Client) -> None:
        answer = member.post(PATH, {"password": WRONG}, status=401)
        assert answer.json["code"] == "invalid_password"
        assert member.get(PATH).json["response"] == OFF

    def test_begun_anew(self, member: Client, clock: Any) -> None:
        old, new = (
            member.post(PATH, {"password": PASSWORD}).json["response"]["secret"] for _ in range(2)
        )
        member.post(f"{PATH}/confirm", {"code": now(old)}, status=401)
        member.post(f"{PATH}/confirm", {"code": now(new)}, status=200)

    def test_wrong_first_code(self, member: Client) -> None:
        member.post(PATH, {"password": PASSWORD}, status=200)
        answer = member.post(f"{PATH}/confirm", {"code": "000000"}, status=401)
        assert answer.json["code"] == "invalid_code"
        assert member.get(PATH).json["response"]["enabled"] is False

    def test_not_begun(self, member: Client) -> None:
        answer = member.post(f"{PATH}/confirm", {"code": "000000"}, status=409)
        assert answer.json["response"] == "Setting up two-factor authentication was not begun."

    def test_on_already(self, secured: Any) -> None:
        for path, body in (
            (PATH, {"password": PASSWORD}),
            (f"{PATH}/confirm", {"code": secured.code()}),
        ):
            answer = secured.client.post(path, body, status=409)
            assert answer.json["code"] == "two_factor_on"

    def test_first_code_is_used_up(self, member: Client, clock: Any, log_in: Any) -> None:
        begun = member.post(PATH, {"password": PASSWORD}).json["response"]
        code = now(begun["secret"])
        member.post(f"{PATH}/confirm", {"code": code}, status=200)
        assert log_in("member", code=code).json["code"] == "invalid_code"

    def test_nobody(self, client: Client) -> None:
        client.get(PATH, status=401)
        client.post(PATH, {"password": PASSWORD}, status=401)

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        caller = client.as_key(factory.key(factory.user(denials=["users_edit_settings"])))
        caller.get(PATH, status=403)
        caller.post(PATH, {"password": PASSWORD}, status=403)

    def test_nobody_else_s(self, staff: Client, factory: Factory) -> None:
        staff.get(f"/users/{factory.user().id}/two_factor", status=404)


class TestStored:
    def test_secret_is_encrypted(self, secured: Any, db: Session) -> None:
        stored = db.get_one(TwoFactor, secured.user.id).secret
        assert secured.secret.encode() not in stored
        assert len(stored) > len(secured.secret)

    def test_recovery_codes_are_hashed(self, secured: Any, db: Session) -> None:
        digests = set(db.scalars(select(RecoveryCode.digest)))
        assert len(digests) == 10
        assert digests.isdisjoint(secured.recovery_codes)

    def test_another_site_secret(self, secured: Any, db: Session) -> None:
        other = TwoFactorService([b"y" * 32])
        assert not other.accept(db, secured.user.id, secured.code())
        assert other.accept(db, secured.user.id, secured.recovery_codes[0])

    def test_goes_with_the_member(self, secured: Any, db: Session) -> None:
        db.delete(db.get_one(User, secured.user.id))
        db.commit()
        assert not db.scalars(select(TwoFactor)).all()
        assert not db.scalars(select(RecoveryCode)).all()


class TestTurnOff:
    def test_with_both(self, secured: Any, log_in: Any, db: Session, mails: list[Message]) -> None:
        body = {"password": PASSWORD, "code": secured.code()}
        answer = secured.client.post(TURN_OFF, body, status=200)
        assert answer.json["response"] == "Two-factor authentication is off."
        assert secured.client.get(PATH).json["response"] == OFF
        assert log_in("secured").status_int == 201
        assert not db.scalars(select(RecoveryCode)).all()
        assert [mail.subject for mail in mails] == ["Pulsar: second factor changed"]

    def test_with_a_recovery_code(self, secured: Any) -> None:
        body = {"password": PASSWORD, "code": secured.recovery_codes[0]}
        secured.client.post(TURN_OFF, body, status=200)

    @pytest.mark.parametrize(
        ("password", "code", "error"),
        [(WRONG, None, "invalid_password"), (PASSWORD, "000000", "invalid_code")],
    )
    def test_with_one(self, secured: Any, password: str, code: str | None, error: str) -> None:
        body = {"password": password, "code": code or secured.code()}
        answer = secured.client.post(TURN_OFF, body, status=401)
        assert answer.json["code"] == error
        assert secured.client.get(PATH).json["response"]["enabled"] is True

    def test_guessing_makes_wait(self, secured: Any, log_in: Any) -> None:
        for _ in range(4):
            secured.client.post(TURN_OFF, {"password": PASSWORD, "code": "000000"}, status=401)
        body = {"password": PASSWORD, "code": secured.code()}
        assert secured.client.post(TURN_OFF, body, status=429).json["code"] == "login_blocked"
        # A person who has the key locks the member out of the settings only.
        assert log_in("secured", code=secured.code(), address="192.0.2.9").status_int == 201

    def test_off_already(self, member: Client) -> None:
        answer = member.post(TURN_OFF, {"password": PASSWORD, "code": "000000"}, status=409)
        assert answer.json["code"] == "two_factor_off"

    def test_on_again(self, secured: Any, registry: Any, db: Session, clock: Any) -> None:
        secured.client.post(TURN_OFF, {"password": PASSWORD, "code": secured.code()}, status=200)
        begun = secured.client.post(PATH, {"password": PASSWORD}, status=200).json["response"]
        assert begun["secret"] != secured.secret
        secured.client.post(f"{PATH}/confirm", {"code": now(begun["secret"])}, status=200)
        assert registry.getUtility(ITwoFactor).state(db, secured.user.id) is True


class TestRecoveryCodes:
    def test_new_ones_end_the_old(self, secured: Any, log_in: Any) -> None:
        body = {"password": PASSWORD, "code": secured.code()}
        answer = secured.client.post(f"{PATH}/recovery_codes", body, status=200)
        codes = answer.json["response"]["recovery_codes"]
        assert len(codes) == 10
        assert set(codes).isdisjoint(secured.recovery_codes)
        old, new = secured.recovery_codes[0], codes[0]
        assert log_in("secured", code=old).json["code"] == "invalid_code"
        assert log_in("secured", code=new).status_int == 201

    def test_how_many_are_left(self, secured: Any, log_in: Any) -> None:
        log_in("secured", code=secured.recovery_codes[0])
        assert secured.client.get(PATH).json["response"]["recovery_codes"] == 9

    def test_off(self, member: Client) -> None:
        body = {"password": PASSWORD, "code": "000000"}
        answer = member.post(f"{PATH}/recovery_codes", body, status=409)
        assert answer.json["code"] == "two_factor_off"

    def test_wrong_code(self, secured: Any) -> None:
        body = {"password": PASSWORD, "code": "000000"}
        secured.client.post(f"{PATH}/recovery_codes", body, status=401)
