"""Where the fronts listen, and what operators are told if that is impossible."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pyramid.exceptions import ConfigurationError

from tracker.fronts.listening import ListenAddress, listen_addresses, tcp_socket, unix_socket
from tracker.fronts.process import FrontOptions, Sockets


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "addresses"),
        [
            ("", ()),
            ("127.0.0.1:6969", (ListenAddress("127.0.0.1", 6969),)),
            (
                "0.0.0.0:1\n  [::]:65535",
                (ListenAddress("0.0.0.0", 1), ListenAddress("::", 65535)),
            ),
        ],
    )
    def test_good(self, text: str, addresses: tuple[ListenAddress, ...]) -> None:
        assert listen_addresses(text) == addresses
        assert listen_addresses(" ".join(map(str, addresses))) == addresses

    @pytest.mark.parametrize(
        "text",
        [
            "6969",
            "127.0.0.1",
            "localhost:1",
            ":::1",
            "::1:80",
            "[1.2.3.4]:5",
            "1.2.3.4:65536",
            "1.2.3.4:-1",
            "1.2.3.4:x",
            "1.2.3.4:²",
            "1.2.3.4:",
        ],
    )
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="must be IP addresses with ports"):
            listen_addresses(text)


class TestSockets:
    def test_address_in_use(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = ListenAddress(*other.getsockname())
            with pytest.raises(ConfigurationError, match=r"Cannot listen at tracker.listen = .*"):
                tcp_socket(address, "tracker.listen")

    def test_all_are_closed_if_one_cannot_be_bound(self, unix_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            options = FrontOptions(
                listen=(ListenAddress("127.0.0.1", 0), ListenAddress(*other.getsockname())),
                unix_socket=unix_path,
            )
            with pytest.raises(ConfigurationError):
                Sockets(options)
        assert not unix_path.exists()

    def test_both_families_at_one_port(self) -> None:
        four = tcp_socket(ListenAddress("0.0.0.0", 0), "tracker.listen")
        six = tcp_socket(ListenAddress("::", four.getsockname()[1]), "tracker.listen")
        four.close()
        six.close()


class TestUnixSocket:
    def test_replaces_what_a_killed_process_left(self, unix_path: Path) -> None:
        unix_socket(unix_path, "tracker.unix_socket").close()
        assert unix_path.is_socket()
        unix_socket(unix_path, "tracker.unix_socket").close()

    def test_of_another_process(self, unix_path: Path) -> None:
        with (
            unix_socket(unix_path, "tracker.unix_socket"),
            pytest.raises(ConfigurationError, match=r"tracker\.unix_socket = .*already in use"),
        ):
            unix_socket(unix_path, "tracker.unix_socket")

    def test_other_files_are_kept(self, unix_path: Path) -> None:
        unix_path.write_text("precious")
        with pytest.raises(ConfigurationError):
            unix_socket(unix_path, "tracker.unix_socket")
        assert unix_path.read_text() == "precious"

    def test_missing_folder(self, unix_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="No such file or directory"):
            unix_socket(unix_path / "missing", "tracker.unix_socket")
