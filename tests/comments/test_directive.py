"""``config.add_comments``: its registrations and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError, ConfigurationError

from pulsar.comments.interfaces import IComment
from pulsar.db import utcnow
from pulsar.interfaces import INotificationType
from pulsar.openapi.describe import describe
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

Configure = Callable[..., Configurator]


@pytest.fixture
def parts(tables: None, plain: Client) -> dict[str, Any]:
    """The arguments of the directive: the comments, their content and their parent."""
    (entry,) = plain.app.registry.introspector.get_category("pulsar comments")
    return dict(entry["introspectable"])


class TestWhatItRegisters:
    def test_introspectable(self, parts: dict[str, Any], plain: Client) -> None:
        (entry,) = plain.app.registry.introspector.get_category("pulsar comments")
        assert entry["introspectable"].title == "ThingComment"
        assert parts["content"].extends(IComment)
        assert parts["comments"].subject == "thing_id"

    def test_notification_type(self, plain: Client) -> None:
        notification_type = plain.app.registry.getUtility(INotificationType, "things_mentioned")
        assert notification_type.title == "A mention."

    def test_every_view_asks_for_its_permission(self, plain: Client) -> None:
        paths = describe(plain.app.registry)["paths"]
        whole = "/things/{thing_id}/comments"
        item = f"{whole}/{{thing_comment_id}}"
        permissions_by_method = {
            (method, path): operation["x-permission"]
            for path, methods in paths.items()
            if path.startswith(whole)
            for method, operation in methods.items()
        }
        assert permissions_by_method == {
            ("get", whole): "things_view",
            ("post", whole): "things_comment",
            ("get", item): "things_view",
            ("put", item): "things_comments_modify",
            ("delete", item): "things_comments_modify",
            ("post", f"{item}/restore"): "things_comments_modify",
        }

    def test_errors_are_described_where_they_happen(self, plain: Client, site: Client) -> None:
        path = "/things/{thing_id}/comments"
        for client, described in ((plain, False), (site, True)):
            description = describe(client.app.registry)["paths"][path]["post"]["responses"]["400"]
            assert ("comments_closed" in description["description"]) == described

    def test_plain_comments(
        self, plain: Client, factory: Factory, thing: Any, change: Callable[..., None]
    ) -> None:
        """A model, a class and one line are sufficient for all of this."""
        grants = ("things_view", "things_comment", "things_comments_modify")
        cid = plain.as_key(factory.key(factory.user("cid", grants=grants)))
        dan = plain.as_key(factory.key(factory.user("dan", grants=grants)))
        path = f"/things/{thing.id}/comments"
        answer = cid.post(path, {"contents": "@dan", "format": "markdown"}, status=201).json
        comment = answer["response"]
        assert comment.keys() == {
            *("id", "thing_id", "user", "contents", "format", "contents_html", "time"),
            *("edited_time", "editor", "deleted"),
        }
        assert comment["thing_id"] == thing.id
        (told,) = dan.get("/notifications/things_mentioned").json["response"]["items"]
        assert told["contents"] == {
            "thing_id": thing.id,
            "comment_id": comment["id"],
            "from": "cid",
        }
        change(deleted=utcnow())
        assert dan.get("/notifications/things_mentioned").json["response"]["items"] == []
        change(deleted=None)
        dan.put(f"{path}/{comment['id']}", {"contents": "x"}, status=200)
        dan.delete(f"{path}/{comment['id']}", status=200)
        dan.post(f"{path}/{comment['id']}/restore", status=200)


class TestWhatItRefuses:
    @pytest.fixture
    def refuse(self, configure: Configure, parts: dict[str, Any]) -> Callable[..., str]:
        """``refuse(noun=None)``: the error for a subclass with these attributes."""

        def send(**attributes: Any) -> str:
            resource = type("Odd", (parts["comments"],), attributes)
            with pytest.raises(ConfigurationError) as caught:
                configure().add_comments(
                    resource, parts["content"], parent=parts["parent"], title="A mention."
                )
            return str(caught.value)

        return send

    @pytest.mark.parametrize(
        "name",
        [
            *("noun", "subject", "read_permission", "write_permission", "moderate_permission"),
            *("notification_type", "log_action"),
        ],
    )
    def test_silence(self, refuse: Callable[..., str], name: str) -> None:
        assert refuse(**{name: None}) == f"Odd does not say {name}."

    def test_the_noun_of_all_collections(self, refuse: Callable[..., str]) -> None:
        assert refuse(noun="Resource") == "Odd does not say noun."

    def test_all_that_is_missing_at_once(self, refuse: Callable[..., str]) -> None:
        assert refuse(model=None, write_permission=None) == (
            "Odd does not say model, write_permission."
        )

    def test_subject_that_is_no_key(self, refuse: Callable[..., str]) -> None:
        assert refuse(subject="contents") == "ThingComment has no foreign key 'contents'."

    def test_unknown_subject(self, refuse: Callable[..., str]) -> None:
        assert refuse(subject="entry_id") == "ThingComment has no foreign key 'entry_id'."

    def test_content_of_something_else(self, configure: Configure, parts: dict[str, Any]) -> None:
        class IOther(IComment):
            """An interface that the model does not provide."""

        with pytest.raises(ConfigurationError, match="does not implement IOther"):
            configure().add_comments(
                parts["comments"], IOther, parent=parts["parent"], title="A mention."
            )

    def test_unknown_permission(self, configure: Configure, parts: dict[str, Any]) -> None:
        resource = type("Odd", (parts["comments"],), {"write_permission": "things_shout"})
        config = configure()
        config.add_comments(resource, parts["content"], parent=parts["parent"], title="A mention.")
        with pytest.raises(
            ConfigurationError, match=r"things_(shout|view|comment|comments_modify)"
        ):
            config.commit()

    def test_twice_in_one_place(self, configure: Configure, parts: dict[str, Any]) -> None:
        """The error names both plugins."""
        config = configure()
        for name in ("one", "other"):
            resource = type("Odd", (parts["comments"],), {"notification_type": f"things_{name}"})
            config.include(_including(name, resource, parts))
        with pytest.raises(ConfigurationConflictError) as caught:
            config.commit()
        told = str(caught.value)
        assert "('pulsar comments'" in told
        assert told.count("test_directive.py") >= 2


def _including(name: str, comments: Any, parts: dict[str, Any]) -> Callable[[Configurator], None]:
    """Return an includeme of a plugin that adds the comments."""

    def includeme(config: Configurator) -> None:
        config.add_comments(comments, parts["content"], parent=parts["parent"], title="A mention.")

    includeme.__name__ = name
    return includeme
