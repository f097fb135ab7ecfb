"""The HTTP front: requests in, answers out, in order and after a commit."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from structlog.testing import capture_logs

from tracker.fronts.listening import ListenAddress

KEY = b"0123456789abcdef0123456789abcdef"
LOCAL = b"\x7f\x00\x00\x01"


def request(query: bytes, path: bytes = b"/" + KEY + b"/announce", *headers: bytes) -> bytes:
    """A request that keeps the connection open."""
    lines = [b"GET %b?%b HTTP/1.1" % (path, query), b"Host: tracker", *headers, b"", b""]
    return b"\r\n".join(lines)


class TestAnswers:
    def test_announce(self, served: Any) -> None:
        answer = served.ask(request(b"a=%00", b"/" + KEY + b"/announce", b"Connection: close"))
        assert answer == (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n"
            b"Connection: close\r\n\r\nd5:query5:a=%00e"
        ).replace(b"15", b"%d" % len(b"d5:query5:a=%00e"))
        # Percent-encoding is left to the announcer.
        assert served.announcer.asked == [("announce", KEY, b"a=%00", LOCAL)]
        assert served.announcer.commits == [1]

    def test_scrape(self, served: Any) -> None:
        answer = served.ask(request(b"a", b"/" + KEY + b"/scrape", b"Connection: close"))
        assert answer.endswith(b"\r\n\r\nd5:query1:ae")
        assert served.announcer.asked == [("scrape", KEY, b"a", LOCAL)]

    @pytest.mark.parametrize(
        "target", [b"/", b"/announced", b"/torrents/1", b"*", b"/health", b"/metrics"]
    )
    def test_other_paths(self, served: Any, target: bytes) -> None:
        answer = served.ask(b"GET %b HTTP/1.1\r\nConnection: close\r\n\r\n" % target)
        assert answer.startswith(b"HTTP/1.1 404 Not Found\r\n")
        assert served.announcer.asked == []

    @pytest.mark.parametrize("method", [b"HEAD", b"POST", b"PUT", b"OPTIONS", b"DELETE"])
    def test_other_methods(self, served: Any, method: bytes) -> None:
        line = b"%b /%b/announce HTTP/1.1\r\nConnection: close\r\n\r\n" % (method, KEY)
        answer = served.ask(line)
        assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n")
        assert answer.endswith(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        assert served.announcer.asked == []

    def test_announcer_with_an_error(self, served: Any) -> None:
        served.announcer.error = ZeroDivisionError()
        answer = served.ask(request(b"a", b"/" + KEY + b"/announce", b"Connection: close"))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"14:failure reason" in answer
        served.announcer.error = None
        assert served.ask(request(b"a", b"/" + KEY + b"/announce", b"Connection: close")).endswith(
            b"d5:query1:ae"
        )

    def test_ipv6(self, serving: Any) -> None:
        with serving(listen=(ListenAddress("::1", 0), ListenAddress("127.0.0.1", 0))) as served:
            line = request(b"a", b"/" + KEY + b"/announce", b"Connection: close")
            assert served.ask(line, 0) == served.ask(line, 1)
            assert [asked[3] for asked in served.announcer.asked] == [bytes(15) + b"\x01", LOCAL]


class TestConnections:
    def test_keep_alive(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            for query in (b"first", b"second"):
                connection.sendall(request(query))
                [(head, body)] = read(connection, 1)
                assert b"Connection: keep-alive" in head
                assert body == b"d5:query%d:%be" % (len(query), query)

    def test_http_1_0_closes(self, served: Any) -> None:
        answer = served.ask(b"GET /%b/announce?a HTTP/1.0\r\n\r\n" % KEY)
        assert b"\r\nConnection: close\r\n" in answer
        assert answer.endswith(b"d5:query1:ae")

    def test_http_1_0_with_keep_alive(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            for _ in range(2):
                connection.sendall(
                    b"GET /%b/announce?a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" % KEY
                )
                [(head, _)] = read(connection, 1)
                assert b"Connection: keep-alive" in head

    def test_what_follows_connection_close_is_ignored(self, served: Any) -> None:
        line = request(b"a", b"/" + KEY + b"/announce", b"Connection: close")
        assert served.ask(line + request(b"b")).count(b"HTTP/1.1") == 1
        assert len(served.announcer.asked) == 1

    def test_pipelined_requests_are_answered_in_order(self, served: Any, read: Any) -> None:
        queries = [b"number=%d" % number for number in range(500)]
        paths = [b"/%b/announce" % KEY, b"/%b/scrape" % KEY, b"/elsewhere"]
        with served.connect() as connection:
            connection.sendall(
                b"".join(request(query, paths[i % 3]) for i, query in enumerate(queries))
            )
            responses = read(connection, len(queries))
        for number, (head, body) in enumerate(responses):
            if number % 3 == 2:
                assert head.startswith(b"HTTP/1.1 404")
            else:
                assert queries[number] in body

    def test_one_byte_at_a_time(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in request(b"info_hash=%01"):
                connection.send(bytes((byte,)))
            assert read(connection, 1)[0][1] == b"d5:query13:info_hash=%01e"

    def test_client_that_closes_its_side_first(self, served: Any) -> None:
        with served.connect() as connection:
            connection.sendall(request(b"a") + request(b"b"))
            connection.shutdown(socket.SHUT_WR)
            data = b""
            while part := connection.recv(65_536):
                data += part
        assert data.count(b"HTTP/1.1 200 OK") == 2

    def test_client_that_goes_before_its_answer(self, served: Any) -> None:
        for _ in range(20):
            with served.connect() as connection:
                connection.sendall(request(b"a") * 3)
        assert served.ask(request(b"b", b"/x/announce", b"Connection: close")).endswith(
            b"d5:query1:be"
        )

    def test_upgrade(self, served: Any) -> None:
        answer = served.ask(request(b"a", b"/x/announce", b"Connection: Upgrade", b"Upgrade: h2c"))
        assert answer.endswith(b"d5:query1:ae")

    def test_body_is_ignored(self, served: Any, read: Any) -> None:
        with served.connect() as connection:
            connection.sendall(request(b"a", b"/x/announce", b"Content-Length: 3") + b"abc")
            connection.sendall(request(b"b", b"/x/announce"))
            assert [body for _, body in read(connection, 2)] == [
                b"d5:query1:ae",
                b"d5:query1:be",
            ]


class TestCommit:
    def test_refusal_replaces_answers_of_announces(self, served: Any, read: Any) -> None:
        served.announcer.refusal = b"d14:failure reason4:fulle"
        with served.connect() as connection:
            connection.sendall(
                request(b"a") + request(b"b", b"/" + KEY + b"/scrape") + request(b"c")
            )
            bodies = [body for _, body in read(connection, 3)]
        assert bodies == [served.announcer.refusal, b"d5:query1:be", served.announcer.refusal]

    def test_requests_of_one_turn_have_one_commit(self, served: Any, read: Any) -> None:
        connections = [served.connect() for _ in range(8)]
        for connection in connections:
            connection.sendall(request(b"a"))
            read(connection, 1)
        commits = len(served.announcer.commits)

        def send() -> None:
            for connection in connections:
                connection.sendall(request(b"a") * 2)

        # The loop reads nothing while it sends for the clients.
        served.run(send)
        for connection in connections:
            read(connection, 2)
            connection.close()
        assert len(served.announcer.asked) == 24
        assert len(served.announcer.commits) == commits + 1

    def test_error_is_a_refusal(self, served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(served.announcer, "commit", fail)
        answer = served.ask(request(b"a", b"/x/announce", b"Connection: close"))
        assert b"14:failure reason" in answer


class TestLog:
    @pytest.mark.parametrize("asked", [True, False])
    def test_requests_without_passkeys(self, serving: Any, asked: bool) -> None:
        with capture_logs() as lines, serving(log_requests=asked) as served:
            served.ask(request(b"a", b"/" + KEY + b"/announce", b"Connection: close"))
        logged = [line for line in lines if line["event"] == "tracker request"]
        assert KEY.decode() not in str(lines)
        assert (
            logged
            == [
                {
                    "event": "tracker request",
                    "log_level": "info",
                    "action": "announce",
                    "address": "127.0.0.1",
                    "refused": False,
                }
            ]
            * asked
        )
