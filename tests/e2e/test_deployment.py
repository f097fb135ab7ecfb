"""The site behind nginx, with the unchanged file of `deploy/nginx`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pulsar.testing.processes import Process, free_port

from .server import CHECKOUT, Server

START_TIMEOUT = 30
#: A complete passkey in the path, as clients announce it; no member has it.
PASSKEY = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a self-signed certificate."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


class Nginx:
    """nginx with Pulsar's file, on free ports and in its own folder."""

    def __init__(self, folder: Path, certificate: Path, site_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        text = (CHECKOUT / "deploy" / "nginx" / "pulsar.conf").read_text()
        for old, new in (
            ("127.0.0.1:6543", f"127.0.0.1:{site_port}"),
            ("/etc/letsencrypt/live/example.org", str(certificate)),
            ("/var/log/nginx", str(folder)),
            ("listen 80;", f"listen {free_port()};"),
            ("listen [::]:80;", f"listen [::]:{free_port()};"),
            ("listen 443 ", f"listen {self.port} "),
            ("listen [::]:443 ", f"listen [::]:{self.port} "),
        ):
            assert old in text
            text = text.replace(old, new)
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(
            f"daemon off; pid {folder}/pid; error_log stderr;\n"
            f"events {{}}\nhttp {{ {temporary}\n{text} }}\n"
        )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def nginx(
    require: Callable[..., None],
    server: Server,
    certificate: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Nginx]:
    require("nginx")
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), certificate, server.port)
    command = ["nginx", "-p", str(nginx.folder), "-c", str(nginx.configuration)]
    with Process(command, nginx.folder) as process:
        process.wait_for(
            lambda: requests.get(f"{nginx.url}/health", verify=False, timeout=5).ok,
            START_TIMEOUT,
            "GET /health by nginx",
        )
        yield nginx


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
class TestNginx:
    def test_both_families(self, nginx: Nginx) -> None:
        for host in ("127.0.0.1", "[::1]"):
            answer = requests.get(f"https://{host}:{nginx.port}/", verify=False, timeout=30)
            assert answer.json()["response"]["name"] == "Pulsar"

    def test_the_log_has_no_secret(self, nginx: Nginx) -> None:
        for path in (
            f"/announce/{PASSKEY}?info_hash=x",
            f"/{PASSKEY}/announce?info_hash=x",
            f"/torrents?feed_key={PASSKEY}",
        ):
            requests.get(nginx.url + path, verify=False, timeout=30)
        lines = (nginx.folder / "pulsar.log").read_text()
        assert "GET /announce/[secret] 200" in lines
        assert "GET /[secret]/announce 200" in lines
        assert re.search(r"GET /torrents \d+", lines)
        assert PASSKEY not in lines
        assert "info_hash" not in lines

    def test_too_many_are_not_passed_on(self, nginx: Nginx) -> None:
        with requests.Session() as session:
            statuses = {
                session.get(f"{nginx.url}/health", verify=False, timeout=30).status_code
                for _ in range(400)
            }
        assert statuses <= {200, 429}
        assert PASSKEY not in (nginx.folder / "pulsar-error.log").read_text()
