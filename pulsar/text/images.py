"""Replacing images of hosts that the site does not allow with links."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from .addresses import host_of
from .sanitise import REL

_LINK_OR_IMAGE = re.compile(
    r"<(?:(?P<link>a)(?= |>)|(?P<end>/a)>|img(?P<attributes>(?: [a-z-]+=\"[^\"]*\")*)>)"
)
_SOURCE = re.compile(r' src="([^"]*)"')


def allows_any_host(hosts: Collection[str]) -> bool:
    """Whether images of all hosts are shown."""
    return "*" in hosts


def limit_images(html: str, hosts: Collection[str]) -> str:
    """Replace images of other hosts with links in sanitised HTML; inside links, with their URLs.

    ``*.example.org`` allows the hosts below example.org.
    """
    is_in_link = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal is_in_link
        if match["attributes"] is None:
            is_in_link = match["link"] is not None
            return match[0]
        source = _SOURCE.search(match["attributes"])
        if source is None:
            return ""
        address = source[1]
        if _is_allowed(host_of(unescape(address)), hosts):
            return match[0]
        return address if is_in_link else f'<a href="{address}" rel="{REL}">{address}</a>'

    return _LINK_OR_IMAGE.sub(replaced, html)


def _is_allowed(host: str, hosts: Collection[str]) -> bool:
    return host in hosts or any(
        allowed.startswith("*.") and host.endswith(allowed[1:]) for allowed in hosts
    )
