"""Where the fronts listen: addresses of the settings, and bound sockets for them."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import NamedTuple

from pyramid.exceptions import ConfigurationError

_BACKLOG = 4096
#: Owner and group: nginx belongs to the group.
_MODE = 0o660


class ListenAddress(NamedTuple):
    """An IP address of this machine, or one for all, and a port; 0 is any free port."""

    host: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        """The address family."""
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listen_addresses(text: str) -> tuple[ListenAddress, ...]:
    """Parse addresses with ports, separated by spaces: ``0.0.0.0:6969 [::]:6969``."""
    return tuple(_parse(word) for word in text.split())


def _parse(word: str) -> ListenAddress:
    host, colon, port = word.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    address = ListenAddress(host[1:-1] if is_bracketed else host, -1)
    try:
        if not colon or is_bracketed != (":" in host):
            raise ValueError
        socket.inet_pton(address.family, address.host)
        number = int(port) if port.isascii() and port.isdigit() else -1
        if not 0 <= number <= 65535:
            raise ValueError
    except (OSError, ValueError) as error:
        raise ValueError(
            "must be IP addresses with ports separated by blanks, e.g. 0.0.0.0:6969 [::]:6969"
        ) from error
    return address._replace(port=number)


def tcp_socket(address: ListenAddress, option: str) -> socket.socket:
    """A listening socket. Raises ConfigurationError, which names the option."""
    bound = _bind(address, socket.SOCK_STREAM, option)
    bound.listen(_BACKLOG)
    return bound


def udp_socket(address: ListenAddress, option: str) -> socket.socket:
    """A bound datagram socket. Raises ConfigurationError, which names the option."""
    return _bind(address, socket.SOCK_DGRAM, option)


def unix_socket(path: Path, option: str) -> socket.socket:
    """A listening Unix socket; one that a process left behind is replaced.

    Raises ConfigurationError, which names the option.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        # Nobody may connect before the mode is set.
        before = os.umask(0o177)
        try:
            made.bind(str(path))
        finally:
            os.umask(before)
        path.chmod(_MODE)
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise _cannot(f"{option} = {path}", error, option) from error
    return made


def _bind(address: ListenAddress, kind: socket.SocketKind, option: str) -> socket.socket:
    made = socket.socket(address.family, kind)
    try:
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address.family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address.host, address.port))
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise _cannot(f"{option} = {address}", error, option) from error
    return made


def _remove_stale(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


def _cannot(where: str, error: OSError, option: str) -> ConfigurationError:
    return ConfigurationError(
        f"Cannot listen at {where}: {error.strerror or error}. Stop the process that listens "
        f"there, or correct {option} in YOUR.ini."
    )
