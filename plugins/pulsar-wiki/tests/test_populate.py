"""The sample wiki."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from wiki.models import WikiArticle, WikiLink, WikiRevision, WikiTranslation, WikiWatch


@pytest.fixture
def session(populated: Any) -> Iterator[Session]:
    """A session of the populated site."""
    with populated.registry.getUtility(IDatabase).session() as session:
        yield session


@pytest.fixture
def reader(populated: Any) -> Client:
    """A client with a key of a member."""
    with populated.registry.getUtility(IDatabase).session(True) as session:
        user = session.scalars(select(User).where(User.username == "member")).one()
        return Client(populated, Factory(session).key(user))


class TestPopulate:
    def test_amount(self, session: Session, reader: Client) -> None:
        # 5 % of 300 articles, and the landing page.
        assert session.scalar(select(func.count(WikiArticle.id))) == 16
        live = session.scalar(select(func.count()).where(WikiArticle.deleted.is_(None)))
        assert reader.get("/wiki/articles").json["response"]["total"] == live
        for model in (WikiLink, WikiWatch):
            assert session.scalar(select(func.count()).select_from(model))

    def test_history(self, session: Session) -> None:
        for text in session.scalars(select(WikiTranslation)):
            revisions = session.scalars(
                select(WikiRevision)
                .where(WikiRevision.translation_id == text.id)
                .order_by(WikiRevision.number)
            ).all()
            assert [revision.number for revision in revisions] == list(range(1, text.revision + 1))
            assert revisions[-1].contents == text.contents
            assert (revisions[-1].time, revisions[-1].editor_id) == (text.edited, text.editor_id)

    def test_time_passes(self, session: Session) -> None:
        """Ids ascend with time, except for the landing page, which is new."""
        times = session.scalars(
            select(WikiRevision.time)
            .join(WikiTranslation, WikiTranslation.id == WikiRevision.translation_id)
            .where(WikiTranslation.article_id != 1)
            .order_by(WikiRevision.id)
        ).all()
        assert list(times) == sorted(times)

    def test_it_is_found_and_linked(self, reader: Client) -> None:
        items = reader.get("/wiki/articles").json["response"]["items"]
        chosen = next(item for item in items if item["latest_revision"] > 2)
        matching = reader.get(f'/wiki/articles?q="{chosen["title"]}"').json["response"]["items"]
        assert chosen["id"] in [item["id"] for item in matching]
        article = reader.get(f"/wiki/{chosen['aliases'][0]}", status=200).json["response"]
        assert article["id"] == chosen["id"]
        assert 'class="wiki-link"' in article["contents_html"]
        assert [entry["title"] for entry in article["toc"]][:2] == ["Basics", "Details"]

    def test_translations(self, session: Session) -> None:
        languages = (
            select(func.count()).select_from(WikiTranslation).group_by(WikiTranslation.article_id)
        )
        assert set(session.scalars(languages)) == {1, 2}
