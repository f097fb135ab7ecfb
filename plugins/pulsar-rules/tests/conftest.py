"""Members who edit rules, sections, and folders of rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from site_rules.examples import make, rule


@pytest.fixture
def join(client: Client, factory: Factory) -> Callable[..., Client]:
    """``join("name", "permission", ...)``: a client with the key of a new member."""
    return lambda username, *grants, **kwargs: client.as_key(
        factory.key(factory.user(username, grants=grants, **kwargs))
    )


@pytest.fixture
def editor(join: Callable[..., Client]) -> Client:
    """A member who edits the rules."""
    return join("editor", "rules_modify")


@pytest.fixture
def path(editor: Client) -> str:
    """The path of a new section with a rule, ``One.``, and another one inside it."""
    make(editor, "law", rule("One.", rule("Inner.")), format="markdown")
    return "/rules/law"


@pytest.fixture
def say(editor: Client, path: str) -> Callable[..., Any]:
    """``say("One.", "Two.")``: the section after an edit of its latest revision."""

    def put(*summaries: str, status: int = 200, **fields: Any) -> Any:
        query = f"?language={fields['language']}" if "language" in fields else ""
        response = editor.get(f"{path}{query}", status=200).json["response"]
        body = {"name": "Law", "rules": [rule(summary) for summary in summaries]}
        answer = editor.put(
            path, {"revision": response["revision"], **body, **fields}, status=status
        )
        return answer.json["response"] if status == 200 else answer.json

    return put


@pytest.fixture
def settle() -> Callable[..., Client]:
    """``settle(app, "bob", "permission")``: a client of a new member of another site."""

    def make(app: Any, username: str, *grants: str) -> Client:
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            return Client(app, factory.key(factory.user(username, grants=grants)))

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """``folder(**{"en/golden": text})``: the path of a folder with these files."""

    def write(**files: str | bytes) -> Path:
        top = tmp_path / "rules"
        top.mkdir(exist_ok=True)
        for name, text in files.items():
            file = top / (name if "." in name else f"{name}.toml")
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        return top

    return write
