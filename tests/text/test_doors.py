"""The interface for plugins: formatters, the field, the node, and the cache behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError
from pyramid.request import Request
from zope.interface import implementer

from pulsar.interfaces import ICache, IContent, IRoot
from pulsar.security import PUBLIC
from pulsar.serialization import STRING, Serializer, nullable
from pulsar.testing.client import Client
from pulsar.testing.operations import operations
from pulsar.text import Format, HtmlField
from pulsar.traversal import Resource
from pulsar.validation import Schema, String

Configure = Callable[..., Configurator]


class INote(IContent):
    """A note."""


@implementer(INote)
@dataclass
class Note:
    contents: str | None
    format: str = "bbcode"


class NoteSerializer(Serializer):
    contents_html = HtmlField(schema=nullable(STRING))


class AddNote(Schema):
    """A note."""

    contents = String(0, 100, required=True)
    format = Format()


class EditNote(Schema):
    """Changes to a note."""

    contents = String(0, 100)
    format = Format(edits=True, description="What it is written in.")


class Notes(Resource):
    """The collection of notes."""


def broken(source: str) -> str:
    raise RuntimeError(source)


NOTES = [Note("[b]x[/b]"), Note("**x**", "markdown"), Note(None), Note("a<\nb", "gone")]
SHOWN = ["<strong>x</strong>", "<p><strong>x</strong></p>\n", None, "a&lt;<br>b"]


def notes(config: Configurator) -> None:
    """Add ``/notes``, which shows and accepts notes."""
    config.add_serializer(NoteSerializer, INote)
    config.add_text_formatter("shout", "Louder", lambda source: f"<b>{source.upper()}</b><script>")
    config.add_text_formatter("broken", "Broken", broken)
    config.add_text_formatter("endless", "Endless", lambda source: "x" * 5_000_000)

    def show(context: Any, request: Request) -> Any:
        return NOTES

    def take(context: Any, request: Request) -> Any:
        return request.validated

    def written(context: Any, request: Request) -> Any:
        return [Note(**request.validated)]

    def add(name: str, method: str, view: Any, **kwargs: Any) -> None:
        config.add_view(
            view, context=Notes, name=name, request_method=method, permission=PUBLIC, **kwargs
        )

    config.add_resource("notes", Notes, parent=IRoot)
    add("", "GET", show)
    add("", "POST", take, schema=AddNote)
    add("", "PUT", take, schema=EditNote)
    add("written", "POST", written, schema=AddNote)


def create_note(site: Client, contents: str, format: str) -> Any:
    """Return the HTML of a text."""
    body = {"contents": contents, "format": format}
    return site.post("/notes/written", body).json["response"][0]["contents_html"]


class TestField:
    def test_each_in_its_format(self, lab: Callable[..., Client]) -> None:
        site = lab(notes)
        for _ in range(2):
            shown_notes = site.get("/notes", status=200).json["response"]
            assert [note["contents_html"] for note in shown_notes] == SHOWN

    def test_one_lookup_and_then_nothing_is_made(
        self, lab: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = lab(notes)
        cache = site.app.registry.getUtility(ICache)
        asked: list[int] = []
        lookups: list[set[str]] = []
        get_many, keep = cache.get_many, cache.keep

        def counted(keys: Any) -> Any:
            asked.append(len(list(keys)))
            return get_many(keys)

        def store(values: Any, ttl: int) -> None:
            lookups.append(set(values))
            keep(values, ttl)

        monkeypatch.setattr(cache, "get_many", counted)
        monkeypatch.setattr(cache, "keep", store)
        site.get("/notes", status=200)
        assert (asked, [len(keys) for keys in lookups]) == ([3], [2])
        site.get("/notes", status=200)
        assert (asked, [len(keys) for keys in lookups]) == ([3, 3], [2])

    def test_without_a_cache(
        self, lab: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site = lab(notes)
        cache = site.app.registry.getUtility(ICache)
        monkeypatch.setattr(cache, "get_many", lambda keys: [None for _ in keys])
        monkeypatch.setattr(cache, "token", lambda: -1)
        for _ in range(2):
            shown_notes = site.get("/notes", status=200).json["response"]
            assert [note["contents_html"] for note in shown_notes] == SHOWN


class TestFormatters:
    def test_of_a_plugin_are_sanitised(self, bare: Callable[..., Client]) -> None:
        assert create_note(bare(notes), "a\n<i>", "shout") == "A\n"

    @pytest.mark.parametrize("format", ["broken", "endless"])
    def test_a_fault_shows_the_text(self, bare: Callable[..., Client], format: str) -> None:
        assert create_note(bare(notes), "a\n<i>", format) == "a<br>&lt;i&gt;"

    def test_clash(self, configure: Configure) -> None:
        config = configure()
        config.include(lambda inner: inner.add_text_formatter("bbcode", "Mine", str))
        with pytest.raises(ConfigurationConflictError, match="bbcode"):
            config.commit()

    @pytest.mark.parametrize("name", ["", "x" * 33])
    def test_bad_names(self, configure: Configure, name: str) -> None:
        with pytest.raises(ConfigurationError, match="1 to 32"):
            configure().add_text_formatter(name, "Mine", str)

    def test_introspection(self, configure: Configure) -> None:
        config = configure()
        config.commit()
        entries = config.introspector.get_category("pulsar text formatters")
        titles = {entry["introspectable"]["formatter"].title for entry in entries}
        assert titles == {"BBCode", "Markdown"}


class TestNode:
    def test_what_a_new_text_is_in(self, bare: Callable[..., Client]) -> None:
        note = bare(notes).post("/notes", {"contents": "x"}).json["response"]
        assert note == {"contents": "x", "format": "bbcode"}

    def test_the_setting(self, bare: Callable[..., Client]) -> None:
        site = bare(notes, settings={"pulsar.text_format": "shout"})
        assert site.post("/notes", {"contents": "x"}).json["response"]["format"] == "shout"

    def test_a_setting_of_no_format(self, configure: Configure) -> None:
        config = configure(settings={"pulsar.text_format": "gone"})
        with pytest.raises(ConfigurationError, match=r"text_format.*bbcode, markdown"):
            config.commit()

    def test_an_edited_text_keeps_its_own(self, bare: Callable[..., Client]) -> None:
        edited = bare(notes).put("/notes", {"contents": "x"}).json["response"]
        assert edited == {"contents": "x"}

    @pytest.mark.parametrize("method", ["post", "put"])
    @pytest.mark.parametrize("format", ["gone", "", "BBCODE"])
    def test_unknown(self, bare: Callable[..., Client], method: str, format: str) -> None:
        body = {"contents": "x", "format": format}
        failed = getattr(bare(notes), method)("/notes", body, status=400).json
        words = "bbcode, broken, endless, markdown, shout"
        assert failed["errors"] == {"format": [f"value is not allowed: choose one of {words}"]}

    def test_description_of_the_api(self, bare: Callable[..., Client]) -> None:
        document = bare(notes).get("/openapi.json", status=200).json

        def described(method: str) -> Any:
            (operation,) = (
                operation
                for operation in operations(document)
                if str(operation) == f"{method} /notes"
            )
            return operation.body["properties"]["format"]

        names = ["bbcode", "broken", "endless", "markdown", "shout"]
        assert described("POST") == {"type": "string", "enum": names, "default": "bbcode"}
        assert described("PUT") == {
            "type": "string",
            "enum": names,
            "description": "What it is written in.",
        }
