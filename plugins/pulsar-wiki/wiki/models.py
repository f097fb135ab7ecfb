"""Articles, their texts in each language, what these were before, and by what names they go."""

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

#: The language of whatever says none.
MAIN_LANGUAGE = 1
#: The article that the wiki begins with.
LANDING_PAGE = 1
#: The highest number that a revision can have.
MAX_REVISION = 2**31 - 1
#: Longest title, alias and name of a language, in characters.
NAME_LENGTH = 128


@implementer(IWikiLanguage)
class WikiLanguage(Base):
    """A language that articles may be in."""

    __tablename__ = "wiki_languages"

    id: Mapped[PrimaryKey]
    language: Mapped[str] = mapped_column(String(NAME_LENGTH))


Index("uq_wiki_languages_language_lower", func.lower(WikiLanguage.language), unique=True)


class WikiArticle(Base):
    """What an article's texts have in common; ``language_id`` is that of the original.

    A restricted article whose class is gone is for those alone who may restrict articles: it must
    not become public by the removal of a class.
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
    """An article in one of its languages, as it is now; ``revision`` counts from 1."""

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
    """What a text was after an edit; the newest is what it is now."""

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
    """A name by which an article is found; in its one spelling.

    Articles that no caller sees together may have the same alias; the lowest id had it first.
    """

    __tablename__ = "wiki_aliases"
    __table_args__ = (UniqueConstraint("alias", "article_id"),)

    id: Mapped[PrimaryKey]
    alias: Mapped[str] = mapped_column(String(NAME_LENGTH))
    article_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_articles.id", ondelete="CASCADE"), index=True
    )


class WikiLink(Base):
    """A text mentions an alias as ``[[alias]]``, whether there is such an article or not."""

    __tablename__ = "wiki_links"

    translation_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_translations.id", ondelete="CASCADE"), primary_key=True
    )
    alias: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True, index=True)


class WikiWatch(Base):
    """A member wants to know of an article's edits."""

    __tablename__ = "wiki_watches"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("wiki_articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
