"""The Atom feed: its contents, access to it, and hostile texts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from news.examples import write
from news.models import BLOG, Entry
from pulsar.db import utcnow
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read(client: Client, query: str = "") -> ElementTree.Element:
    """Return the parsed feed, after checking the structure that RFC 4287 requires."""
    answer = client.get(f"/news/feed{query}", status=200)
    assert answer.content_type == "application/atom+xml"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{ATOM}feed"
    for place in (root, *root.iter(f"{ATOM}entry")):
        tags = [child.tag.removeprefix(ATOM) for child in place]
        for name in ("id", "title", "updated"):
            assert tags.count(name) == 1
        assert URN.fullmatch(place.findtext(f"{ATOM}id") or "")
        assert TIME.fullmatch(place.findtext(f"{ATOM}updated") or "")
        for link in place.findall(f"{ATOM}link"):
            assert link.attrib["href"].startswith("http://localhost/news")
        assert all(author.findtext(f"{ATOM}name") for author in place.findall(f"{ATOM}author"))
    assert root.find(f"{ATOM}author") is not None
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    return root


def entries(root: ElementTree.Element) -> list[dict[str, str]]:
    """The texts of each entry by the names of their elements."""
    return [
        {child.tag.removeprefix(ATOM): "".join(child.itertext()) for child in entry}
        for entry in root.findall(f"{ATOM}entry")
    ]


def times(root: ElementTree.Element) -> list[datetime]:
    """The times at which the feed and its entries were updated."""
    return [datetime.fromisoformat(element.text or "") for element in root.iter(f"{ATOM}updated")]


class TestDocument:
    def test_empty(self, member: Client) -> None:
        root = read(member)
        assert entries(root) == []
        assert root.findtext(f"{ATOM}title") == "Pulsar: news and blog"

    def test_entries(self, reporter: Client, blogger: Client, member: Client, clock: Any) -> None:
        news = write(reporter, "News", contents="[b]Bold[/b]", format="bbcode", pinned=True)
        clock.shift(1)
        write(blogger, "Blog", BLOG)
        feed_entries = entries(read(member))
        assert [entry["title"] for entry in feed_entries] == ["Blog", "News"]
        assert feed_entries[1]["content"] == news["contents_html"]
        assert feed_entries[1]["author"] == "reporter"
        assert feed_entries[1]["published"] == news["publish_at"]
        root = read(member, "?kind=news")
        assert [entry["title"] for entry in entries(root)] == ["News"]
        link = root.find(f"{ATOM}entry/{ATOM}link")
        assert link is not None
        assert link.attrib["href"] == f"http://localhost/news/{news['id']}"
        category = root.find(f"{ATOM}entry/{ATOM}category")
        assert category is not None
        assert category.attrib == {"term": "news"}

    def test_ends_where_it_is_too_long(
        self,
        reporter: Client,
        member: Client,
        clock: Any,
        registry: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for title in ("Old", "Middle", "New"):
            write(reporter, title, contents="x" * 1_000)
            clock.shift(1)
        monkeypatch.setitem(registry.settings, "pulsar.max_list", 2_500)
        titles = [entry.findtext(f"{ATOM}title") for entry in read(member).iter(f"{ATOM}entry")]
        assert titles == ["New", "Middle"]

    def test_times(self, reporter: Client, moderator: Client, member: Client, clock: Any) -> None:
        first, second = (write(reporter, title) for title in ("First", "Second"))
        published = datetime.fromisoformat(second["publish_at"])
        clock.shift(60)
        moderator.put(f"/news/{first['id']}", {"contents": "Edited."}, status=200)
        later = published + timedelta(seconds=60)
        assert times(read(member)) == [later, published, later]

    def test_most(self, db: Any, member: Client) -> None:
        now = utcnow()
        for number in range(40):
            time = now - timedelta(minutes=number)
            expected = {"contents": "x", "format": "bbcode", "publish_at": time}
            db.add(Entry(kind="news", title=f"Title {number}", **expected))
        db.commit()
        feed_entries = entries(read(member))
        assert [entry["title"] for entry in feed_entries] == [
            f"Title {number}" for number in range(30)
        ]

    def test_ids_stay(
        self, reporter: Client, moderator: Client, member: Client, entry: Any, path: str
    ) -> None:
        (before,) = entries(read(member))
        moderator.put(path, {"title": "Another", "contents": "x"}, status=200)
        (after,) = entries(read(member))
        assert before["id"] == after["id"]
        elsewhere = member.get("/news/feed", headers={"Host": "elsewhere.example"}, status=200)
        assert after["id"] in elsewhere.text
        assert "http://elsewhere.example/news" in elsewhere.text

    def test_ids_stay_with_another_secret(self, make_site: Callable[..., Any]) -> None:
        settings = {"news.public": "true"}
        before = read(Client(make_site(**settings)))
        replaced = {"pulsar.secret": "another secret of 32 characters."}
        after = read(Client(make_site(**settings, **replaced)))
        assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")

    def test_ids_are_those_of_earlier_versions(self, member: Client, registry: Any) -> None:
        """The migration stored the namespace that earlier versions derived from the secret."""
        derived = HKDF(SHA256(), 16, salt=None, info=b"pulsar news feed")
        secret = registry.settings["pulsar.secret"].encode()
        namespace = uuid.UUID(bytes=derived.derive(secret))
        assert read(member).findtext(f"{ATOM}id") == uuid.uuid5(namespace, "feed ").urn

    @pytest.mark.parametrize("format", ["bbcode", "markdown"])
    @pytest.mark.parametrize(
        "text",
        [
            "]]> <![CDATA[ x ]]>",
            "</content></entry></feed><feed>",
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
            "&amp; &lt;script&gt; &#0; &#x8; & < > \" '",
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "[url=javascript:alert(1)]x[/url] [x](javascript:alert(1))",
            "a\x01b\x08c\x0bd\x0ce\x1ff\x7fg\x85h\ufffei\uffffj",
            "\U0001f600 \u202e \u2028 \r\n \t é",
            "<?xml version='1.0'?><?php x ?>",
        ],
    )
    def test_hostile_texts(self, reporter: Client, member: Client, text: str, format: str) -> None:
        write(reporter, text[:150], contents=text, format=format)
        (entry,) = entries(read(member))
        clean = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
        assert entry["title"].split() == clean.strip()[:150].split()
        html = entry["content"].lower()
        assert not re.search(r"<(script|iframe|\?|!)|<[^>]*(onerror|javascript:)", html)
        body = member.get("/news/feed").text
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", body)
        assert "<!DOCTYPE" not in body

    def test_site_name(self, make_site: Callable[..., Any]) -> None:
        app = make_site(
            **{
                "pulsar.site_name": "A & <B>",
                "pulsar.site_url": "https://example.org/api?a&b/",
                "news.public": "true",
            }
        )
        root = ElementTree.fromstring(Client(app).get("/news/feed", status=200).body)
        assert root.findtext(f"{ATOM}title") == "A & <B>: news and blog"
        link = root.find(f"{ATOM}link")
        assert link is not None
        assert link.attrib["href"] == "https://example.org/api?a&b/news/feed"


class TestAccess:
    def test_feed_key(self, member: Client, client: Client, entry: Any) -> None:
        key = member.get("/users/me/secrets/feed", status=200).json["response"]["value"]
        query = f"?feed_key={key}"
        assert [entry["title"] for entry in entries(read(client, query))] == ["Published"]
        assert entries(read(client, f"{query}&kind=blog")) == []
        assert key not in client.get(f"/news/feed{query}").text
        client.get("/news/feed?feed_key=wrong", status=401)
        client.post(f"/news/subscription{query}", status=401)

    def test_without_a_key(self, client: Client, entry: Any) -> None:
        client.get("/news/feed", status=401)

    def test_kind(self, member: Client) -> None:
        assert "kind" in member.get("/news/feed?kind=x", status=400).json["errors"]

    def test_public(
        self, client: Client, member: Client, join: Any, registry: Any, entry: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setitem(registry.settings, "news.public", True)
        for anybody in (client, join("locked", locked=True), join(denials=("news_view",))):
            assert [entry["title"] for entry in entries(read(anybody))] == ["Published"]
        for path in ("/news", "/news/unread", f"/news/{entry['id']}"):
            client.get(path, status=401)

    def test_public_names_nobody(
        self, client: Client, member: Client, registry: Any, entry: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setitem(registry.settings, "news.public", True)
        assert "reporter" in member.get("/news/feed").text
        assert "reporter" not in client.get("/news/feed").text


class TestCaching:
    def test_headers(
        self, client: Client, member: Client, registry: Any, entry: Any, monkeypatch: Any
    ) -> None:
        private = member.get("/news/feed", status=200)
        assert private.headers["Cache-Control"] == "private, no-cache"
        monkeypatch.setitem(registry.settings, "news.public", True)
        public = client.get("/news/feed", status=200)
        assert public.headers["Cache-Control"] == "public, max-age=60"

    def test_tag(self, member: Client, reporter: Client, entry: Any) -> None:
        tag = member.get("/news/feed", status=200).headers["ETag"]
        again = member.get("/news/feed", headers={"If-None-Match": tag}, status=304)
        assert again.body == b""
        write(reporter, "Another")
        member.get("/news/feed", headers={"If-None-Match": tag}, status=200)

    def test_statements(self, member: Client, reporter: Client, count_sql: Any) -> None:
        counts = []
        for number in (1, 20):
            for place in range(number):
                write(reporter, f"Title {place}")
            member.get("/users/me")
            with count_sql() as statements:
                member.get("/news/feed", status=200)
            counts.append(len(statements))
            with count_sql() as statements:
                member.get("/news/feed", status=200)
            assert statements == []
        assert counts[0] == counts[1] <= 3


def test_the_site_s_address(make_site: Callable[..., Any]) -> None:
    """Links use `pulsar.site_url` if it is set, whatever the request's Host header says."""
    app = make_site(**{"pulsar.site_url": "https://example.org"})
    with app.registry.getUtility(IDatabase).session(True) as session:
        factory = Factory(session)
        staff = Client(app, factory.key(factory.staff("staff")))
    write(staff)
    text = staff.get("/news/feed", headers={"Host": "evil.example"}, status=200).text
    assert "evil.example" not in text
    assert "https://example.org/news" in text
