"""Low-level behaviour of servers and clients: lengths, and missing or unusual headers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from webob import Request, Response

from pulsar.apikeys.services import create_key
from pulsar.apikeys.views import create
from pulsar.testing.client import JSON, Client
from pulsar.testing.examples import Form
from pulsar.testing.site_model import World

BODY = json.dumps({"timeout": 3600}).encode()
MEBIBYTE = 2**20


class Source(io.BytesIO):
    """A body that records how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.fixture
def send(world: World) -> Callable[..., Response]:
    """``send(method, path, body, **environ)``: a WSGI request of staff; None omits a variable."""
    key = world.factory.key(world.staff.user)

    def call(method: str, path: str, body: bytes | Source = b"", **environ: str | None) -> Response:
        request = Request.blank(path, method=method)
        source = io.BytesIO(body) if isinstance(body, bytes) else body
        wsgi_environ: dict[str, Any] = {
            "HTTP_AUTHORIZATION": f"Token {key}",
            "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_TYPE": JSON,
            "CONTENT_LENGTH": str(len(body)) if isinstance(body, bytes) else None,
            "wsgi.input": source,
            **environ,
        }
        request.environ.update(wsgi_environ)
        for name in [name for name, value in wsgi_environ.items() if value is None]:
            del request.environ[name]
        return request.get_response(world.nobody.app)

    return call


def code(response: Response) -> tuple[int, str]:
    """Return the status and the code of an error response."""
    return response.status_int, response.json["code"]


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestLength:
    def test_a_body_in_chunks_is_read(self, send: Callable[..., Response]) -> None:
        chunked = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
        assert send("POST", "/api_keys", BODY, **chunked).status_int == 201
        assert code(send("POST", "/api_keys", b"{", **chunked)) == (400, "malformed")

    def test_a_body_in_chunks_has_an_end(self, send: Callable[..., Response]) -> None:
        source = Source(bytes(40 * MEBIBYTE))
        chunked = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
        assert code(send("POST", "/api_keys", source, **chunked)) == (413, "too_large")
        assert source.taken <= 11 * MEBIBYTE

    def test_without_a_length_there_is_no_body(self, send: Callable[..., Response]) -> None:
        source = Source(b'{"unknown": 1}')
        assert send("POST", "/api_keys", source, CONTENT_LENGTH=None).status_int == 201
        assert source.taken == 0

    @pytest.mark.parametrize("length", ["-1", "x", "1_0", "+14", "0x10", "1.0", "", "٣"])
    def test_what_is_no_length_is_none(self, send: Callable[..., Response], length: str) -> None:
        source = Source(b'{"unknown": 1}')
        assert send("POST", "/api_keys", source, CONTENT_LENGTH=length).status_int == 201
        assert source.taken == 0

    @pytest.mark.parametrize("length", [str(2 * MEBIBYTE), str(40 * MEBIBYTE), "9" * 18])
    def test_a_long_body_is_refused(self, send: Callable[..., Response], length: str) -> None:
        answer = send("POST", "/api_keys", BODY, CONTENT_LENGTH=length)
        assert code(answer) == (413, "too_large")

    def test_of_a_far_too_long_body_nothing_is_read(self, send: Callable[..., Response]) -> None:
        source = Source(bytes(40 * MEBIBYTE))
        answer = send("POST", "/api_keys", source, CONTENT_LENGTH=str(40 * MEBIBYTE))
        assert code(answer) == (413, "too_large")
        assert source.taken == 0

    @pytest.mark.parametrize("path", ["/api_keys", "/torrents"])
    def test_a_body_that_ends_early_is_refused(
        self, send: Callable[..., Response], path: str
    ) -> None:
        kind = JSON if path == "/api_keys" else "multipart/form-data; boundary=b"
        length = str(len(BODY) + 1)
        answer = send("POST", path, BODY, CONTENT_LENGTH=length, CONTENT_TYPE=kind)
        assert code(answer) == (400, "malformed")

    def test_more_than_was_declared_is_not_read(self, send: Callable[..., Response]) -> None:
        answer = send("POST", "/api_keys", BODY + b"x" * 99, CONTENT_LENGTH=str(len(BODY)))
        assert answer.status_int == 201

    def test_a_body_where_none_is_expected_is_left_alone(
        self, send: Callable[..., Response]
    ) -> None:
        answer = send("GET", "/torrents", b"{" * 100, CONTENT_LENGTH="9" * 12)
        assert answer.status_int == 200

    def test_a_request_that_is_tried_again_has_its_body_again(
        self, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tries: list[Any] = []

        def clash_once(*args: Any, **kwargs: Any) -> Any:
            tries.append(kwargs["timeout"])
            if len(tries) == 1:
                raise OperationalError("", {}, Exception("database is locked"))
            return create_key(*args, **kwargs)

        monkeypatch.setattr(create, "create_key", clash_once)
        assert send("POST", "/api_keys", BODY).status_int == 201
        assert tries == [3600, 3600]


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestUrl:
    @pytest.mark.parametrize("length", [4_096, 250_000])
    def test_a_long_path_is_not_taken_apart(
        self, send: Callable[..., Response], length: int
    ) -> None:
        answer = send("GET", "/", PATH_INFO="/x" * (length // 2) + "/")
        assert code(answer) == (400, "malformed")
        assert answer.json["response"] == "The path must be at most 4096 bytes."
        assert code(send("GET", "/", PATH_INFO="/x" * 2_048)) == (404, "not_found")

    def test_a_long_query_is_not_taken_apart(self, send: Callable[..., Response]) -> None:
        answer = send("GET", "/torrents", QUERY_STRING="&" * 32_769)
        assert code(answer) == (400, "malformed")
        assert answer.json["response"] == "The query must be at most 32768 bytes."
        assert send("GET", "/torrents", QUERY_STRING="&" * 32_768).status_int == 200


class TestHeaders:
    @pytest.mark.parametrize(
        "name", ["REMOTE_ADDR", "HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH", "QUERY_STRING"]
    )
    def test_they_may_be_missing(self, send: Callable[..., Response], name: str) -> None:
        assert send("GET", "/torrents", **{name: None}).status_int == 200

    @pytest.mark.parametrize("value", ["", "x" * 100_000, "\xff\xfe", ";;;,,,===", "%00", '"'])
    @pytest.mark.parametrize(
        "name",
        [
            "ACCEPT",
            "ACCEPT_ENCODING",
            "ACCEPT_LANGUAGE",
            "COOKIE",
            "HOST",
            "IF_MATCH",
            "IF_MODIFIED_SINCE",
            "IF_NONE_MATCH",
            "IF_RANGE",
            "ORIGIN",
            "RANGE",
            "REFERER",
            "USER_AGENT",
            "X_FORWARDED_FOR",
            "X_REQUEST_ID",
            "X_VHM_ROOT",
        ],
    )
    def test_they_may_be_odd(self, send: Callable[..., Response], name: str, value: str) -> None:
        header = {f"HTTP_{name}": value}
        assert send("GET", "/torrents", **header).status_int == 200
        answer = send("POST", "/api_keys", BODY, **header)
        assert answer.status_int == 201

    @pytest.mark.parametrize("value", ["x", "::", "192.0.2.256", "fe80::1%eth0", "x" * 1000])
    def test_the_address_may_be_none(self, send: Callable[..., Response], value: str) -> None:
        assert send("POST", "/api_keys", BODY, REMOTE_ADDR=value).status_int == 201

    @pytest.mark.parametrize("parts", ["bytes=0-3", "bytes=99999-", "bytes=-1", "bytes=5-1"])
    def test_answers_are_whole(self, send: Callable[..., Response], parts: str) -> None:
        answer = send("GET", "/torrents", HTTP_RANGE=parts)
        assert answer.status_int == 200
        assert answer.json["status"] == "success"

    @pytest.mark.parametrize("charset", ["latin-1", "utf-16", "x", "utf-8", ""])
    def test_json_is_utf8_whatever_is_said(
        self, send: Callable[..., Response], charset: str
    ) -> None:
        kind = f"application/json; charset={charset}"
        assert send("POST", "/api_keys", BODY, CONTENT_TYPE=kind).status_int == 201

    def test_forms_are_utf8_whatever_is_said(self, world: World) -> None:
        kind = "multipart/form-data; boundary=b; charset=utf-16"
        body = b'--b\r\nContent-Disposition: form-data; name="\xc3\xa9"\r\n\r\n1\r\n--b--\r\n'
        answer = world.staff.client.request(
            "POST", "/torrents", body=body, headers={"Content-Type": kind}
        )
        assert answer.json["errors"]["é"] == ["extra keys not allowed"]

    @pytest.mark.parametrize("method", ["X", "get", "PROPFIND", "CONNECT", ""])
    def test_unknown_methods_are_refused(self, send: Callable[..., Response], method: str) -> None:
        answer = send("GET", "/torrents", REQUEST_METHOD=method)
        assert code(answer) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


class TestAuthorization:
    @pytest.mark.parametrize("form", ["Token {}", "token {}", "BEARER {}", "Token   {} "])
    def test_forms_that_are_understood(self, world: World, form: str) -> None:
        key = world.factory.key(world.owner.user)
        client = world.nobody.with_authorization(form.format(key))
        assert client.get("/users/me", status=200).json["response"]["username"] == "owner"

    @pytest.mark.parametrize(
        "form",
        [
            "Token {}x",
            "Token x{}",
            "Token {0}, Token {0}",
            "Token {0} {0}",
            "Token\t{}",
            "Token",
            "Token  ",
            "Token ' OR 1=1 --",
            f"Token {'é' * 42}",
            f"Bearer {'x' * 100_000}",
            "Tokens {}",
            "{}",
            "Basic YTpi",
            "",
        ],
    )
    def test_forms_that_are_not(self, world: World, form: str) -> None:
        key = world.factory.key(world.owner.user)
        client = world.nobody.with_authorization(form.format(key))
        assert code(client.get("/users/me")) == (401, "unauthorized")

    @pytest.mark.parametrize("path", ["/users/me", "/", "/nothing"])
    @pytest.mark.parametrize("form", ["{}", " {} ", "x{}", "Token", "Bearer "])
    def test_without_a_scheme_or_a_key(self, world: World, form: str, path: str) -> None:
        key = world.factory.key(world.owner.user)
        answer = world.nobody.with_authorization(form.format(key)).get(path)
        assert code(answer) == (401, "unauthorized")
        assert "`Authorization: Token KEY`" in answer.json["response"]
        assert answer.headers["WWW-Authenticate"].startswith("Token ")

    @pytest.mark.parametrize("form", ["Basic YTpi", "Digest a=b, c=d"])
    def test_other_schemes_are_nobody(self, world: World, form: str) -> None:
        """A proxy in front of the site may require other schemes."""
        assert world.nobody.with_authorization(form).get("/").status_int == 200


class TestForms:
    def test_any_file_name_will_do(self, world: World) -> None:
        form = world.examples.bodies["POST /torrents"](world)
        assert isinstance(form, Form)
        ((_, content),) = form.files.values()
        for name in ("", "..\\..\\x", "é", 'a"b', "x" * 2000):
            with world.undone():
                answer = world.staff.client.upload(
                    "/torrents", form.fields, [("file", name, content)]
                )
                assert answer.status_int == 201, answer.text


class TestSettings:
    def test_requests_without_an_address_are_limited(self, make_site: Callable[..., Any]) -> None:
        app = make_site(**{"pulsar.rate_limits": "true", "pulsar.rate_limit_anonymous": "2/60"})
        assert [Client(app).get("/").status_int for _ in range(3)] == [200, 200, 429]

    @pytest.mark.parametrize("limits", ["true", "false"])
    def test_keys_mean_nothing_where_no_limit_holds(
        self, make_site: Callable[..., Any], limits: str
    ) -> None:
        client = Client(make_site(**{"pulsar.rate_limits": limits}), "wrong")
        assert client.get("/docs").status_int == 200
        assert client.get("/").status_int == 401
