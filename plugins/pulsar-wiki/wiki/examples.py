"""Articles for tests, and examples for the tests that walk the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from pulsar.testing.client import Client
from pulsar.testing.examples import Examples
from pulsar.testing.site_model import World

from .models import WikiLanguage, WikiRevision, WikiTranslation

examples = Examples()


def write(client: Client, title: str, contents: str = "Text.", **fields: Any) -> int:
    """Write an article and return its id."""
    body = {"title": title, "contents": contents, **fields}
    write_id: int = client.post("/wiki/articles", body, status=201).json["response"]["id"]
    return write_id


def language(world: World) -> str:
    """A new language in which there are no articles."""
    name = f"Language {world.number()}"
    world.db.add(WikiLanguage(language=name))
    world.db.commit()
    return name


@examples.parameter("article_id")
def article_id(world: World) -> int:
    """An article that was not edited, with a second alias and a link."""
    return write(world.staff.client, "Rules of Thumb", "# One\n[[Welcome]]", aliases=["thumb"])


@examples.parameter("alias", "/wiki/{alias}")
def alias(world: World) -> str:
    """The alias of the landing page."""
    return "welcome"


@examples.parameter("alias", "/wiki/articles")
def alias_of_article(world: World) -> str:
    """The second alias of the article."""
    world.once(article_id)
    return "thumb"


@examples.parameter("number", "/wiki")
def number(world: World) -> int:
    """The number of the first revision, which every article has."""
    return 1


@examples.parameter("wiki_language_id")
def wiki_language_id(world: World) -> int:
    return 1


@examples.body("POST /wiki/articles")
def article(world: World) -> dict[str, Any]:
    """All values of a new article."""
    return {
        "title": "New",
        "contents": "**New**",
        "format": "markdown",
        "language": "english",
        "aliases": ["fresh"],
        "read_class": None,
        "edit_class": 1,
    }


@examples.body("PUT /wiki/articles/{article_id}")
def changes(world: World) -> dict[str, Any]:
    """All values that can be edited."""
    return {
        "title": "Edited",
        "contents": "Edited.",
        "format": "bbcode",
        "language": "English",
        "summary": "Why not.",
        "revision": 1,
        "read_class": 1,
        "edit_class": None,
    }


@examples.body("POST /wiki/articles/{article_id}/translations")
def translation(world: World) -> dict[str, Any]:
    """A translation into a new language."""
    return {
        "language": world.once(language),
        "title": "Neu",
        "contents": "Neu.",
        "format": "markdown",
    }


@examples.body("POST /wiki/articles/{article_id}/aliases")
def another_alias(world: World) -> dict[str, Any]:
    return {"alias": "rules"}


@examples.body("POST /wiki/articles/{article_id}/revisions/{number}/rollback")
def back(world: World) -> dict[str, Any]:
    """A rollback to the current text."""
    return {"language": "English", "summary": "Back.", "revision": 1}


@examples.body("POST /wiki/languages")
def new_language(world: World) -> dict[str, Any]:
    return {"language": "Latin"}


@examples.body("PUT /wiki/languages/{wiki_language_id}")
def other_name(world: World) -> dict[str, Any]:
    """A new name for the main language."""
    return {"language": "Plain English"}


@examples.items("/wiki/articles")
def articles(world: World, amount: int) -> None:
    """Articles with two aliases, of which one in three is restricted."""
    for _ in range(amount):
        number = world.number()
        lowest = 1 if number % 3 == 0 else None
        write(world.staff.client, f"Article {number}", aliases=[f"a{number}"], read_class=lowest)


@examples.items("/wiki/recent")
def edits(world: World, amount: int) -> None:
    """New articles, each of which is one edit."""
    articles(world, amount)


@examples.items("/wiki/articles/{article_id}/revisions")
def revisions(world: World, amount: int) -> None:
    """Edits of the article."""
    path = f"/wiki/articles/{world.once(article_id)}"
    for _ in range(amount):
        latest = world.staff.client.get(path).json["response"]["latest_revision"]
        body = {"contents": f"Text {world.number()}.", "revision": latest}
        world.staff.client.put(path, body, status=200)


@examples.items("/wiki/articles/{article_id}/revisions/{number}/diff")
def lines(world: World, amount: int) -> None:
    """More lines in the first revision, which its diff lists as added."""
    row = WikiTranslation.article_id == world.once(article_id)
    translation = world.db.scalars(select(WikiTranslation.id).where(row)).one()
    more = "".join(f"\n{world.number()}" for _ in range(amount))
    statement = update(WikiRevision).where(WikiRevision.translation_id == translation)
    world.db.execute(statement.values(contents=WikiRevision.contents + more))
    world.db.commit()


@examples.items("/wiki/articles/{article_id}/links")
def links(world: World, amount: int) -> None:
    """Articles that link to the article."""
    world.once(article_id)
    for _ in range(amount):
        write(world.staff.client, f"Link {world.number()}", "See [[thumb]].")


@examples.items("/wiki/articles/{article_id}/translations")
def translations(world: World, amount: int) -> None:
    """Translations of the article into new languages."""
    path = f"/wiki/articles/{world.once(article_id)}/translations"
    for _ in range(amount):
        body = {"language": language(world), "title": "Title", "contents": "Text."}
        world.staff.client.post(path, body, status=201)


@examples.items("/wiki/languages")
def languages(world: World, amount: int) -> None:
    """Languages in addition to the main one."""
    for _ in range(amount):
        language(world)
