"""URLs in texts, as defined by RFC 3986 and RFC 3987: each is linked as a whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from ipaddress import AddressValueError, IPv6Address

import nh3

#: The longest URL that is linked, in characters.
MAX_ADDRESS = 2_000

# Spaces, controls, characters that change the direction of text (RFC 3987, 4.1), and the ASCII
# characters that surround URLs in texts and cannot be part of them.
_NEVER = r"\s\x00-\x20\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff<>\"`\\"
_USER = rf"(?:[^{_NEVER}\[\]/?#@]*+@)?"
_LITERAL = r"\[[0-9a-f:.]{2,45}\]"
_INDEX = r"\[[\w.~%:-]{0,64}+\]"
#: Punctuation of the sentence if it follows a URL: in ASCII, and of other scripts.
_PUNCTUATION = frozenset(".,:;!?'")
_PUNCTUATION_CATEGORIES = frozenset({"Pe", "Pf", "Po"})

_WEB = re.compile(
    rf"https?://{_USER}(?:(?P<literal>{_LITERAL})|(?P<name>[^{_NEVER}\[\]/?#@:]++))"
    rf"(?::(?P<port>[0-9]{{0,5}}))?(?:[/?#](?:[^{_NEVER}\[\]]++|{_INDEX})*+)?",
    re.IGNORECASE,
)
_MAIL = re.compile(rf"mailto:[^{_NEVER}\[\]]++", re.IGNORECASE)
#: Hosts that every parser accepts; others are checked with the sanitiser's parser.
_USUAL_HOST = re.compile(r"(?:(?!xn--)[a-z0-9_][a-z0-9_-]*\.)*(?!xn--)[a-z][a-z0-9-]*\.?", re.I)


def address_pattern(tags: str) -> str:
    """A pattern of URLs in running text, up to a tag, whose names the pattern alternates.

    Brackets are part of a URL around an IPv6 address, and in a query, as in ``?filter[name]=x``.
    """
    index = rf"(?!\[(?:{tags})\](?!=)){_INDEX}"
    return (
        rf"https?://{_USER}(?:{_LITERAL})?[^{_NEVER}\[\]?#]*+"
        rf"(?:[?#](?:[^{_NEVER}\[\]]++|{index})*+)?"
    )


def without_punctuation(address: str) -> str:
    """The URL without the punctuation of the surrounding sentence.

    A closing parenthesis is part of the URL if the URL contains the opening one.
    """
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        if address[end - 1] == ")" and surplus > 0:
            surplus -= 1
        elif not _is_punctuation(address[end - 1]):
            break
        end -= 1
    return address[:end]


def web_address(text: str) -> str | None:
    """The URL, if it is a web address that can be linked."""
    if len(text) > MAX_ADDRESS:
        return None
    match = _WEB.fullmatch(text)
    if match is None or int(match["port"] or 0) > 65_535:
        return None
    if match["literal"]:
        return text if _is_ipv6(match["literal"][1:-1]) else None
    return text if _USUAL_HOST.fullmatch(match["name"]) or _is_host(match["name"]) else None


def link_target(text: str) -> str | None:
    """The URL, if a link may point to it: a web address or a mailbox."""
    if len(text) <= MAX_ADDRESS and _MAIL.fullmatch(text):
        return text
    return web_address(text)


def host_of(address: str) -> str:
    """The host of a web address in lower case, empty if the address is invalid."""
    match = _WEB.fullmatch(address)
    return "" if match is None else (match["literal"] or match["name"]).lower().rstrip(".")


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return character in _PUNCTUATION
    return unicodedata.category(character) in _PUNCTUATION_CATEGORIES


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


@lru_cache(maxsize=1_000)
def _is_host(name: str) -> bool:
    """Whether the sanitiser would keep a link to the host; it drops URLs that it cannot parse."""
    link = f'<a href="http://{escape(name)}/">'
    return "href" in nh3.clean(link, tags={"a"}, url_schemes={"http"}, url_relative="deny")
