"""The service that converts texts to HTML and caches it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

import structlog
from zope.interface import implementer

from ..interfaces import IText, ITextFormatter
from ..registry import Registry
from ..request import Request
from ..serialization.serialize import LIST_WORK, fitting
from ..settings import CoreSettings
from . import images, sanitise
from .pieces import plain
from .references import References
from .work import (
    HTML_ALLOWANCE,
    HTML_PER_CHARACTER,
    TooMuchWork,
    longest_html,
    most_work,
)

log = structlog.get_logger(__name__)

#: The longest text that is formatted, in characters.
MAX_SOURCE = 256_000
#: Seconds for which HTML is cached. Its key depends on its source, so it never becomes outdated.
TTL = 7 * 86_400


@implementer(IText)
class Text:
    """Formats texts with the registered formatters.

    A text that cannot be formatted (its format is not available, it is too long or needs too much
    work, its HTML would be too long, or the formatter fails) is shown unformatted, and then has no
    references.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._image_hosts = frozenset(CoreSettings.image_hosts.of(registry))
        # As long as these are the same, the same source results in the same HTML.
        self._images = ",".join(sorted(self._image_hosts))
        # When a text is written, both its references and its HTML are needed.
        self._formatted = lru_cache(maxsize=4)(self._format)

    def html(self, format: str, source: str) -> str:
        """Sanitised HTML of the source."""
        return self._html_or_plain(self._formatted(format, source), source)

    def html_many(self, request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Sanitised HTML of ``[(format, source), ...]``, from the cache if possible."""
        keyed_texts = [(self._key(format, source), format, source) for format, source in texts]
        makers = {
            key: partial(self._formatted, format, source) for key, format, source in keyed_texts
        }
        html_by_key = request.cache.get_or_create_many(makers, TTL)
        return [self._html_or_plain(html_by_key[key], source) for key, _, source in keyed_texts]

    def html_parts(self, request: Request, texts: Iterable[tuple[str, str]]) -> list[str]:
        """Sanitised HTML of ``[(format, source), ...]``, which are parts of one text.

        Together they may have as much HTML as one text of their total length.
        """
        parts = list(texts)
        number = fitting((most_work(source) for _, source in parts), LIST_WORK)
        rendered = self.html_many(request, parts[:number])
        rendered += [plain(_readable(source)) for _, source in parts[number:]]
        left = HTML_ALLOWANCE
        for place, (_, source) in enumerate(parts[:number]):
            excess = len(rendered[place]) - HTML_PER_CHARACTER * len(source)
            if excess > left:
                rendered[place] = plain(_readable(source))
            else:
                left -= max(0, excess)
        return rendered

    def references(self, format: str, source: str) -> References:
        """The members whom the source quotes and mentions."""
        if not isinstance(self._formatted(format, source), str):
            return References()
        references: References = self._formatter(format).references(_readable(source))
        return references

    def searchable(self, format: str, source: str) -> str:
        """The source without its markup."""
        formatter = self._formatter(format)
        if formatter is None or len(source) > MAX_SOURCE:
            return source
        plain_text: str = formatter.searchable(source)
        return plain_text

    @staticmethod
    def _html_or_plain(html: str | bool | None, source: str) -> str:
        """The HTML, or the unformatted source if there is none."""
        return html if isinstance(html, str) else plain(_readable(source))

    def _format(self, format: str, source: str) -> str | bool | None:
        """Sanitised HTML of the source.

        False if it can only be shown unformatted, which is cached like HTML, so that it is not
        tried again. None if this may change: the formatter is missing or has failed.
        """
        formatter = self._formatter(format)
        if formatter is None:
            return None
        if len(source) > MAX_SOURCE:
            return False
        longest = longest_html(source)
        try:
            html = formatter.html(_readable(source))
        except TooMuchWork:
            return False
        except Exception:
            # A formatter's error must not break the whole page.
            log.exception("text formatter failed", format=format)
            return None
        if len(html) > longest:
            return False
        html = sanitise.sanitise(html)
        if not images.allows_any_host(self._image_hosts):
            html = images.limit_images(html, self._image_hosts)
        return html if len(html) <= longest else False

    def _formatter(self, format: str) -> Any:
        return self._registry.queryUtility(ITextFormatter, format)

    def _key(self, format: str, source: str) -> str:
        formatter = self._formatter(format)
        version = 0 if formatter is None else formatter.version
        hashed = f"{self._images}\n{source}".encode(errors="replace")
        digest = hashlib.blake2b(hashed, digest_size=20).hexdigest()
        return f"text:{sanitise.VERSION}:{format}:{version}:{digest}"


def _readable(source: str) -> str:
    """The source with Unix line ends, and without characters that HTML cannot contain."""
    text = source.encode(errors="replace").decode().replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n")
