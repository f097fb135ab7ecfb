"""Finding, adding and renaming languages."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulsar.interfaces import ISiteLog
from pulsar.request import Request

from .errors import LanguageExists, UnknownLanguage
from .models import MAIN_LANGUAGE, WikiLanguage


def find_language(session: Session, name: str | None) -> WikiLanguage:
    """Return the language with the name, ignoring case. Raises UnknownLanguage.

    If the name is None, it is the main language.
    """
    if name is None:
        return session.get_one(WikiLanguage, MAIN_LANGUAGE)
    language = session.scalar(_named(name))
    if language is None:
        raise UnknownLanguage(name)
    return language


def store(request: Request, language: WikiLanguage, name: str) -> None:
    """Store the name of a language, which may be new. Raises LanguageExists."""
    before = language.language
    try:
        with request.db.begin_nested():
            language.language = name
            request.db.add(language)
            request.db.flush()
    except IntegrityError as error:
        existing = request.db.scalar(_named(name))
        if existing is None:
            raise
        raise LanguageExists(
            f"The wiki has the language {existing.language}.", existing_id=existing.id
        ) from error
    request.find_service(ISiteLog).record(
        request,
        "wiki_language_added" if before is None else "wiki_language_renamed",
        name,
        target=language,
        before=None if before is None else {"language": before},
        after={"language": name},
    )


def _named(name: str) -> Select[tuple[WikiLanguage]]:
    return select(WikiLanguage).where(func.lower(WikiLanguage.language) == func.lower(name))
