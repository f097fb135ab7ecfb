"""The client's address behind a proxy: `pserve` with the server of `production.ini`."""

from __future__ import annotations

import configparser
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from pulsar.testing.client import Client
from pulsar.testing.factories import PASSWORD

pytestmark = pytest.mark.parametrize("backend", ["embedded"], indirect=True)

LOGIN = {"username": "member", "password": PASSWORD}
ACCOUNT = {**LOGIN, "email": "member@example.org"}
PRODUCTION = Path(__file__).parents[2] / "production.ini"

Ask = Callable[..., Any]


@pytest.fixture
def serve(make_site: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Ask]]:
    """``serve(**options)``: call a site with these options in ``[server:main]``."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(**options: str) -> Ask:
        site = make_site()
        Client(site).post("/users", ACCOUNT, status=201)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        ini = configparser.RawConfigParser()
        ini.read(PRODUCTION)
        for section in set(ini.sections()) - {"server:main"}:
            ini.remove_section(section)
        ini["DEFAULT"]["http_port"] = str(port)
        ini["server:main"].update(options)
        ini["app:main"] = {
            "use": "egg:pulsar-core",
            "pulsar.secret": site.registry.settings["pulsar.secret"],
            "sqlalchemy.url": site.registry.settings["sqlalchemy.url"],
            "pulsar.rate_limits": "false",
            "pulsar.job_runner": "none",
        }
        path = tmp_path / "site.ini"
        with path.open("w") as file:
            ini.write(file)
        pserve = str(Path(sys.executable).with_name("pserve"))
        with (tmp_path / "log").open("wb") as log:
            processes.append(subprocess.Popen([pserve, str(path)], stdout=log, stderr=log))
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert processes[-1].poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)

        def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request(
                method,
                path,
                None if body is None else json.dumps(body),
                {"Content-Type": "application/json", **headers},
            )
            answer = json.loads(connection.getresponse().read())
            connection.close()
            return answer["response"]

        return ask

    yield start
    for process in processes:
        process.terminate()
        process.wait(30)


def recorded(ask: Ask, **headers: str) -> str:
    """Return the address that is recorded for a login with these headers."""
    key = ask("POST", "/api_keys", LOGIN, **headers)["key"]
    authorization = {"Authorization": f"Token {key}", **headers}
    return str(ask("GET", "/users/me/addresses", **authorization)["items"][0]["address"])


class TestForwardedFor:
    def test_every_form_of_an_address(self, serve: Callable[..., Ask]) -> None:
        ask = serve()
        for number, (form, expected) in enumerate(
            (
                ("192.0.2.{}", "192.0.2.{}"),
                ("192.0.2.{}:4711", "192.0.2.{}"),
                ("::ffff:192.0.2.{}", "192.0.2.{}"),
                ("[::ffff:192.0.2.{}]", "192.0.2.{}"),
                ("[::ffff:192.0.2.{}]:4711", "192.0.2.{}"),
                ("2001:DB8::{}", "2001:db8::{}"),
                ("2001:db8:1:2:3:4:5:{}", "2001:db8:1:2:3:4:5:{}"),
                ("[2001:db8::{}]", "2001:db8::{}"),
                ("[2001:db8::{}]:4711", "2001:db8::{}"),
                ('"[2001:db8::{}]:4711"', "2001:db8::{}"),
                ("fe80::{}%eth0", "fe80::{}"),
                # The entry of the client stands before that of the proxy.
                ("10.0.0.1, ::ffff:192.0.2.{}", "192.0.2.{}"),
                ("10.0.0.1, 10.0.0.2:80, [2001:db8::{}]:4711", "2001:db8::{}"),
            ),
            start=10,
        ):
            header = {"X-Forwarded-For": form.format(number)}
            assert recorded(ask, **header) == expected.format(number), form

    def test_several_proxies(self, serve: Callable[..., Ask]) -> None:
        ask = serve(trusted_proxy_count="2")
        for form, expected in (
            ("10.0.0.1, ::ffff:192.0.2.7, 10.0.0.2", "192.0.2.7"),
            ("10.0.0.1, [2001:db8::7]:4711, ::ffff:10.0.0.2", "2001:db8::7"),
            ("192.0.2.8:4711,10.0.0.2:80", "192.0.2.8"),
        ):
            assert recorded(ask, **{"X-Forwarded-For": form}) == expected

    def test_forwarded(self, serve: Callable[..., Ask]) -> None:
        ask = serve(trusted_proxy_headers="forwarded")
        for form, expected in (
            ("for=192.0.2.7:4711;proto=https", "192.0.2.7"),
            ('for="[2001:db8::7]:4711"', "2001:db8::7"),
            ('proto=https;for="[::ffff:192.0.2.8]"', "192.0.2.8"),
            ("for=10.0.0.1, for=::ffff:192.0.2.9", "192.0.2.9"),
        ):
            assert recorded(ask, Forwarded=form) == expected

    @pytest.mark.parametrize("clear", ["true", "false"])
    def test_who_is_not_trusted(self, serve: Callable[..., Ask], clear: str) -> None:
        ask = serve(trusted_proxy="192.0.2.1", clear_untrusted_proxy_headers=clear)
        headers = {"X-Forwarded-For": "::ffff:192.0.2.7", "Forwarded": "for=192.0.2.7"}
        assert recorded(ask, **headers) == "127.0.0.1"
