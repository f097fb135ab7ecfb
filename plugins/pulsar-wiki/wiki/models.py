"""Articles, their texts in each language, revisions, aliases, links and watches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from zope.interface import implementer

from pulsar.classes.models import UserClass
from pulsar.db import Base, Moment, PrimaryKey
from pulsar.users.models import User

from .interfaces import IWikiArticle, IWikiLanguage, IWikiRevision

#: The id of the default language of new articles.
MAIN_LANGUAGE = 1
#: The id of the landing page.
LANDING_PAGE = 1
#: The highest number that a revision can have.
MAX_REVISION = 2**31 - 1
#: The maximum length of titles, aliases and names of languages, in characters.
NAME_LENGTH = 128


@implementer(IWikiLanguage)
class WikiLanguage(Base):
    """A language of the wiki."""

    __tablename__ = "wiki_languages"

    id: Mapped[PrimaryKey]
    language: Mapped[str] = mapped_column(String(NAME_LENGTH))


Index("uq_wiki_languages_language_lower", func.lower(WikiLanguage.language), unique=True)


class WikiArticle(Base):
    """An article, whose texts are WikiTranslations; ``language_id`` is that of the original.

    If the class of a restricted article is removed, ``read_restricted`` and ``edit_restricted``
    keep it closed to all but holders of ``wiki_classes_modify``, so that it does not become public.
    """

    __tablename__ = "wiki_articles"

    id: Mapped[PrimaryKey]
    language_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_languages.id", ondelete="RESTRICT"), index=True
    )
    read_class_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_classes.id", ondelete="SET NULL"), index=True
    )
    read_restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    edit_class_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_classes.id", ondelete="SET NULL"), index=True
    )
    edit_restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    created: Mapped[Moment]
    deleted: Mapped[datetime | None]

    read_class: Mapped[UserClass | None] = relationship(foreign_keys=read_class_id)
    edit_class: Mapped[UserClass | None] = relationship(foreign_keys=edit_class_id)


@implementer(IWikiArticle)
class WikiTranslation(Base):
    """The current text of an article in a language; ``revision`` counts from 1."""

    __tablename__ = "wiki_translations"
    __table_args__ = (
        UniqueConstraint("article_id", "language_id"),
        Index("ix_wiki_translations_edited_id", "edited", "id"),
    )

    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("wiki_articles.id", ondelete="CASCADE"))
    language_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_languages.id", ondelete="RESTRICT"), index=True
    )
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    edited: Mapped[Moment]
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

    article: Mapped[WikiArticle] = relationship()
    language: Mapped[WikiLanguage] = relationship()
    editor: Mapped[User | None] = relationship()


@implementer(IWikiRevision)
class WikiRevision(Base):
    """A text after an edit. The newest revision is the same as the current text."""

    __tablename__ = "wiki_revisions"
    __table_args__ = (UniqueConstraint("translation_id", "number"),)

    id: Mapped[PrimaryKey]
    translation_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_translations.id", ondelete="CASCADE")
    )
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    contents: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(32))
    summary: Mapped[str] = mapped_column(String(255), default="")
    time: Mapped[Moment]
    editor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

    translation: Mapped[WikiTranslation] = relationship()
    editor: Mapped[User | None] = relationship()


class WikiAlias(Base):
    """A normalised name by which an article is found.

    Several articles may have the same alias; the one with the lowest id has had it longest.
    """

    __tablename__ = "wiki_aliases"
    __table_args__ = (UniqueConstraint("alias", "article_id"),)

    id: Mapped[PrimaryKey]
    alias: Mapped[str] = mapped_column(String(NAME_LENGTH))
    article_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_articles.id", ondelete="CASCADE"), index=True
    )


class WikiLink(Base):
    """A link ``[[alias]]`` in a text, whether or not there is an article with the alias."""

    __tablename__ = "wiki_links"

    translation_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_translations.id", ondelete="CASCADE"), primary_key=True
    )
    alias: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True, index=True)


class WikiWatch(Base):
    """A member watches an article, and is notified of its edits."""

    __tablename__ = "wiki_watches"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
