"""A sample wiki: articles that link to each other, with their history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from pulsar.db import insert_new, utcnow
from pulsar.populate.directive import Progress
from pulsar.populate.material import moment, paragraph, scaled, seeded, sentence, title
from pulsar.populate.rows import put
from pulsar.request import Request
from pulsar.users.models import User

from .models import (
    MAIN_LANGUAGE,
    WikiAlias,
    WikiArticle,
    WikiLanguage,
    WikiTranslation,
    WikiWatch,
)
from .names import alias_of
from .services.texts import store_revision

_ARTICLES = 300
_AGE = timedelta(days=2 * 365)
_LANGUAGES = ("Deutsch", "Français", "Svenska")
_SECTIONS = ("Basics", "Details", "History", "Questions", "See also")


@dataclass
class _Text:
    """A text to be written, and its translation after the first edit."""

    number: int
    title: str
    language_id: int
    article: WikiArticle
    translation: WikiTranslation | None = None


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Add articles and their edits in the order of time; one article in five is translated."""
    session, chance, now = request.db, seeded("wiki"), utcnow()
    editors = session.scalars(select(User.id).where(User.enabled).order_by(User.id)).all()
    languages = [WikiLanguage(language=name) for name in _LANGUAGES]
    session.add_all(languages)
    session.flush()
    titles = [f"{title(chance)} {number}" for number in range(1, scaled(_ARTICLES, scale, 8) + 1)]
    texts = _texts(chance, titles, [language.id for language in languages], now)
    edits = sorted(
        ((time, text) for text in texts for time in _times(chance, text.article.created, now)),
        key=lambda edit: (edit[0], edit[1].number),
    )
    for number, (time, text) in enumerate(edits, 1):
        _edit(request, chance, text, time, titles, chance.choice(editors))
        progress("Wiki edits", number, len(edits))
    _finish(request, chance, [text.article for text in texts], editors, now)


def _texts(
    chance: Random, titles: Sequence[str], languages: Sequence[int], now: datetime
) -> list[_Text]:
    texts: list[_Text] = []
    for name in titles:
        article = WikiArticle(
            language_id=MAIN_LANGUAGE,
            read_restricted=False,
            edit_restricted=False,
            created=moment(chance, now - _AGE, now),
        )
        texts.append(_Text(len(texts), name, MAIN_LANGUAGE, article))
        if chance.random() < 0.2:
            language_id = chance.choice(languages)
            texts.append(_Text(len(texts), title(chance), language_id, article))
    return texts


def _times(chance: Random, created: datetime, now: datetime) -> Iterator[datetime]:
    """Yield the times at which a text was written and edited."""
    yield created
    for _ in range(chance.randint(0, len(_SECTIONS))):
        yield moment(chance, created, now)


def _edit(
    request: Request,
    chance: Random,
    text: _Text,
    time: datetime,
    titles: Sequence[str],
    editor_id: int,
) -> None:
    """Write the text, or add a section to it that links to two articles."""
    session, translation, summary = request.db, text.translation, ""
    if translation is None:
        translation = text.translation = WikiTranslation(
            article=text.article,
            language_id=text.language_id,
            title=text.title,
            contents=f"{paragraph(chance)}\n",
            format="markdown",
            revision=1,
        )
        session.add(text.article)
        session.flush()
        alias = {"alias": alias_of(text.title), "article_id": text.article.id}
        insert_new(session, WikiAlias, [alias])
    else:
        section = _SECTIONS[translation.revision - 1]
        linked = " and ".join(f"[[{title}]]" for title in chance.choices(titles, k=2))
        translation.contents += f"\n## {section}\n\n{paragraph(chance)} Compare {linked}.\n"
        translation.revision += 1
        summary = sentence(chance)
    translation.edited = time
    translation.editor_id = editor_id
    session.add(translation)
    session.flush()
    store_revision(request, translation, summary)


def _finish(
    request: Request,
    chance: Random,
    articles: Sequence[WikiArticle],
    editors: Sequence[int],
    now: datetime,
) -> None:
    """Add watches, and delete a few articles."""
    watches: dict[tuple[int, int], None] = {}
    for article in dict.fromkeys(articles):
        watchers = chance.sample(editors, k=min(len(editors), chance.randint(0, 3)))
        watches.update(dict.fromkeys((user_id, article.id) for user_id in watchers))
        if chance.random() < 0.03:
            article.deleted = moment(chance, article.created, now)
    rows = ({"user_id": user_id, "article_id": article_id} for user_id, article_id in watches)
    put(request.db, WikiWatch, rows)
