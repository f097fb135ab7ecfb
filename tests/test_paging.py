"""Pages of lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.request import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.interfaces import IRoot, ISecrets
from pulsar.paging import Page, paginate, paginate_after
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User
from pulsar.validation import Integer, Paging, Schema, String


class ListPeople(Paging):
    """Selects people."""

    q = String()


class ListNewest(Schema):
    """Selects people, newest first."""

    q = String()
    after = Integer(1)
    limit = Integer(1, 100, default=50)


def include(config: Configurator) -> None:
    def people(context: Any, request: Request) -> Page:
        values = request.validated
        query = select(User).order_by(User.id)
        return paginate(request.db, query, values)

    def newest(context: Any, request: Request) -> Page:
        return paginate_after(request.db, select(User), User.id, request.validated)

    for view, schema in ((people, ListPeople), (newest, ListNewest)):
        config.add_view(
            view,
            context=IRoot,
            name=view.__name__,
            request_method="GET",
            permission=PUBLIC,
            schema=schema,
        )


@pytest.fixture
def site(lab: Callable[..., Client]) -> Client:
    return lab(include)


@pytest.fixture
def people(factory: Factory) -> list[int]:
    return [factory.user().id for _ in range(5)]


class TestPage:
    @pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (20, 2)])
    def test_pages(self, total: int, pages: int) -> None:
        assert Page([], 10, 1, total).pages == pages


class TestPaginate:
    def test_first(self, site: Client, people: list[int]) -> None:
        page = site.get("/people?limit=2", status=200).json["response"]
        assert [item["id"] for item in page.pop("items")] == people[:2]
        assert page == {
            "page": 1,
            "limit": 2,
            "total": 5,
            "pages": 3,
            "next": "?limit=2&page=2",
        }

    def test_all_pages_together(self, site: Client, people: list[int]) -> None:
        ids = [
            item["id"]
            for page in (1, 2, 3)
            for item in site.get(f"/people?limit=2&page={page}").json["response"]["items"]
        ]
        assert ids == people

    def test_behind_the_last(self, site: Client, people: list[int]) -> None:
        page = site.get("/people?limit=2&page=10000000", status=200).json["response"]
        assert page["items"] == []
        assert page["total"] == 5

    def test_nothing(self, site: Client) -> None:
        people = site.get("/people", status=200).json["response"]
        assert people == {"items": [], "page": 1, "limit": 50, "total": 0, "pages": 1, "next": None}

    @pytest.mark.parametrize("query", ["page=0", "page=-1", "limit=0", "limit=101", "page=x"])
    def test_bad(self, site: Client, query: str) -> None:
        answer = site.get(f"/people?{query}", status=400)
        assert list(answer.json["errors"]) == [query.partition("=")[0]]

    def test_sql_does_not_grow(self, site: Client, people: list[int], count_sql: Any) -> None:
        with count_sql() as statements:
            site.get("/people?limit=1", status=200)
        with count_sql() as five:
            site.get("/people?limit=5", status=200)
        assert len(statements) == len(five)


class TestLink:
    @staticmethod
    def links(site: Client, query: str) -> dict[str, str]:
        header = site.get(f"/people?{query}", status=200).headers["Link"]
        lines = [link.split("; ") for link in header.split(", ")]
        return {rel[5:-1]: url[1:-1] for url, rel in lines}

    def test_first_page(self, site: Client, people: list[int]) -> None:
        links = self.links(site, "limit=2")
        assert set(links) == {"first", "next", "last"}
        assert links["next"] == "http://localhost/people?limit=2&page=2"
        assert links["last"] == "http://localhost/people?limit=2&page=3"

    def test_middle_page(self, site: Client, people: list[int]) -> None:
        assert set(self.links(site, "limit=2&page=2")) == {"first", "prev", "next", "last"}

    def test_last_page(self, site: Client, people: list[int]) -> None:
        assert set(self.links(site, "limit=2&page=3")) == {"first", "prev", "last"}

    def test_behind_the_last(self, site: Client, people: list[int]) -> None:
        links = self.links(site, "limit=2&page=9")
        assert links["prev"] == "http://localhost/people?limit=2&page=3"

    def test_keeps_the_rest_of_the_query(self, site: Client, people: list[int]) -> None:
        links = self.links(site, "q=a%26b%2C+%22%C3%BC%22&limit=2&page=2")
        assert links["next"].endswith("/people?q=a%26b%2C+%22%C3%BC%22&limit=2&page=3")

    def test_following_it(self, site: Client, people: list[int]) -> None:
        url: str | None = "/people?limit=2"
        ids = []
        while url:
            answer = site.get(url, status=200)
            ids += [item["id"] for item in answer.json["response"]["items"]]
            url = self.links(site, url.partition("?")[2]).get("next")
        assert ids == people


class TestNext:
    @pytest.mark.parametrize("path", ["/people", "/newest"])
    def test_following_it(self, site: Client, people: list[int], path: str) -> None:
        query: str | None = "?limit=2"
        ids = []
        sizes = []
        while query:
            listing = site.get(f"{path}{query}", status=200).json["response"]
            ids += [item["id"] for item in listing["items"]]
            sizes.append(len(listing["items"]))
            query = listing["next"]
        assert sorted(ids) == people
        assert sizes == [2, 2, 1]

    @pytest.mark.parametrize("path", ["/people", "/newest"])
    def test_is_null_at_the_end(self, site: Client, people: list[int], path: str) -> None:
        assert site.get(f"{path}?limit=5").json["response"]["next"] is None

    @pytest.mark.parametrize("path", ["/people", "/newest"])
    def test_leads_where_the_header_leads(self, site: Client, people: list[int], path: str) -> None:
        answer = site.get(f"{path}?q=a%26b&limit=2")
        query = answer.json["response"]["next"]
        assert query.startswith("?q=a%26b&limit=2&")
        assert f'<http://localhost{path}{query}>; rel="next"' in answer.headers["Link"]

    def test_holds_no_key(self, site: Client, people: list[int], db: Session) -> None:
        """Copies of the page are shown to other callers."""
        value = site.app.registry.getUtility(ISecrets).current(db, people[0], "feed")
        db.commit()
        answer = site.get(f"/people?limit=2&feed_key={value}", status=200)
        assert answer.json["response"]["next"] == "?limit=2&page=2"


class TestPaginateAfter:
    def test_has_one_shape(self, site: Client, people: list[int]) -> None:
        listing = site.get("/newest?limit=2", status=200).json["response"]
        del listing["items"]
        assert listing == {
            "limit": 2,
            "after": people[-2],
            "next": f"?limit=2&after={people[-2]}",
        }

    def test_exactly_the_end(self, db: Session, people: list[int]) -> None:
        assert paginate_after(db, select(User), User.id, {"limit": 5}).after is None

    def test_nothing(self, db: Session) -> None:
        assert paginate_after(db, select(User), User.id, {"limit": 5}).items == []

    def test_is_stable_while_rows_are_added(
        self, db: Session, people: list[int], factory: Factory
    ) -> None:
        first = paginate_after(db, select(User), User.id, {"limit": 2})
        factory.user()
        second = paginate_after(db, select(User), User.id, {"limit": 2, "after": first.after})
        assert [user.id for user in [*first.items, *second.items]] == people[:0:-1]
