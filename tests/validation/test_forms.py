"""Multipart forms: files and fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.validation import Integer, Schema, String, Upload


class UploadThing(Schema):
    """A file with a title."""

    multipart = True

    file = Upload("pulsar.max_body")
    title = String(1, 8)
    size = Integer(0, 9)


def include(config: Configurator) -> None:
    def view(context: Any, request: Request) -> Any:
        validated = request.validated
        return {**validated, "file": validated["file"].hex()}

    config.add_view(
        view,
        context=IRoot,
        name="files",
        request_method="POST",
        permission=PUBLIC,
        schema=UploadThing,
    )


@pytest.fixture
def site(bare: Callable[..., Client]) -> Client:
    return bare(include, settings={"pulsar.max_body": "100"})


def upload(site: Client, content: bytes, status: int = 200, **fields: str) -> Any:
    return site.upload("/files", fields, [("file", "x.bin", content)], status=status).json


class TestForms:
    def test_good(self, site: Client) -> None:
        answer = upload(site, b"\x00\xff", title="x", size="7")
        assert answer["response"] == {"file": "00ff", "title": "x", "size": 7}

    def test_empty_file(self, site: Client) -> None:
        assert upload(site, b"")["response"] == {"file": ""}

    def test_all_errors_at_once(self, site: Client) -> None:
        answer = upload(site, b"x", 400, title="", size="x", colour="red")
        assert answer["errors"] == {
            "colour": ["extra keys not allowed"],
            "title": ["length of value must be at least 1"],
            "size": ["expected int"],
        }

    def test_no_file(self, site: Client) -> None:
        answer = site.upload("/files", {"title": "x"}, [("other", "x", b"")], status=400)
        assert "errors" in answer.json

    def test_text_instead_of_a_file(self, site: Client) -> None:
        answer = site.upload("/files", {"file": "text"}, [("x", "x", b"")], status=400)
        assert "errors" in answer.json

    def test_file_instead_of_text(self, site: Client) -> None:
        files = [("file", "x", b"x"), ("title", "x", b"x")]
        answer = site.upload("/files", {}, files, status=400)
        assert answer.json["errors"] == {"title": ["expected str"]}

    def test_file_twice(self, site: Client) -> None:
        files = [("file", "x", b"x"), ("file", "y", b"y")]
        answer = site.upload("/files", {}, files, status=400)
        assert answer.json["errors"] == {"file": ["key given more than once"]}

    def test_largest(self, site: Client) -> None:
        upload(site, bytes(100))
        assert upload(site, bytes(101), 413)["code"] == "too_large"

    def test_far_too_large(self, site: Client) -> None:
        answer = upload(site, bytes(600_000), 413)
        assert answer["response"].startswith("The request body must be at most")

    def test_long_text(self, bare: Callable[..., Client]) -> None:
        site = bare(include, settings={"pulsar.max_body": "1 MiB"})
        answer = site.upload("/files", {"title": "x" * 524_289}, [("file", "x", b"")], status=413)
        assert answer.json["errors"] == {"title": ["The value must be at most 524288 bytes."]}

    def test_json(self, site: Client) -> None:
        answer = site.post("/files", {"file": "x"}, status=415)
        assert answer.json["response"] == "The content type must be multipart/form-data."

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=", b"x"),
            ("multipart/form-data; boundary=x", b"no boundary here"),
            ("multipart/form-data; boundary=x", b"--x\r\n"),
            ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
            ("multipart/form-data; boundary=\xff", b"--x\r\n"),
            ("multipart/form-data; boundary=" + "x" * 300, b"--x\r\n"),
        ],
    )
    def test_malformed(self, site: Client, content_type: str, body: bytes) -> None:
        answer = site.request("POST", "/files", body=body, content_type=content_type, status=400)
        assert answer.json["status"] == "failed"
