"""The output field for the HTML of a text."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from ..interfaces import IText
from ..request import Request
from ..serialization.fields import STRING, Field, JsonSchema
from .work import most_work


class HtmlField(Field):
    """Sanitised HTML of the text in one attribute, whose format is in another attribute.

    The texts of all models are looked up in the cache at once. A text that is None has no HTML.
    """

    def __init__(
        self,
        source: str = "contents",
        format: str = "format",
        *,
        schema: JsonSchema = STRING,
        **kwargs: Any,
    ) -> None:
        super().__init__(schema, source, **kwargs)
        self._pair = attrgetter(format, source)

    def least(self, model: Any) -> int:
        """The length of the text, which is shown next to its HTML."""
        return len(self._pair(model)[1] or "")

    def work(self, model: Any) -> int:
        """The maximum work of formatting the text, whether or not its HTML is cached."""
        return most_work(self._pair(model)[1] or "")

    def values(self, request: Request, models: Sequence[Any]) -> list[Any]:
        """The HTML of each model's text."""
        pairs = [self._pair(model) for model in models]
        texts = [pair for pair in pairs if pair[1] is not None]
        rendered = iter(request.find_service(IText).html_many(request, texts))
        return [None if source is None else next(rendered) for _, source in pairs]
