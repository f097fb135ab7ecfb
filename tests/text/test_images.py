"""Images of hosts that a site does not allow become links."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError

from pulsar.testing.client import Client

from .judge import judged
from .test_doors import create_note, notes

HOSTS = {"pulsar.image_hosts": "images.example.org *.cdn.example [2001:db8::1]"}
REL = 'rel="nofollow noopener noreferrer"'


class TestHosts:
    @pytest.mark.parametrize(
        "address",
        [
            "https://images.example.org/a.png",
            "https://Images.Example.Org:8080/a.png",
            "http://one.cdn.example/a's.png",
            "http://two.one.cdn.example/a",
            "http://[2001:db8::1]/a",
        ],
    )
    @pytest.mark.parametrize(
        ("format", "form"), [("bbcode", "[img]{}[/img]"), ("markdown", "![]({})")]
    )
    def test_allowed(
        self, bare: Callable[..., Client], address: str, format: str, form: str
    ) -> None:
        assert f'<img src="{address}"' in create_note(
            bare(notes, settings=HOSTS), form.format(address), format
        )

    @pytest.mark.parametrize(
        "address",
        [
            "https://example.org/a.png",
            "https://a.images.example.org/a.png",
            "https://images.example.org.evil.example/a.png",
            "https://images.example.org@evil.example/a.png",
            "https://cdn.example/a.png",
            "https://xcdn.example/?images.example.org&a=b",
        ],
    )
    @pytest.mark.parametrize(
        ("format", "form"), [("bbcode", "[img]{}[/img]"), ("markdown", "![]({})")]
    )
    def test_others_become_links(
        self, bare: Callable[..., Client], address: str, format: str, form: str
    ) -> None:
        html = create_note(bare(notes, settings=HOSTS), form.format(address), format)
        escaped = address.replace("&", "&amp;")
        assert f'<a href="{escaped}" {REL}>{escaped}</a>' in html
        assert "<img" not in html
        judged(html)

    def test_inside_of_a_link(self, bare: Callable[..., Client]) -> None:
        source = "[url=http://a.b][img]http://c.d/e[/img][/url] [img]http://c.d/f[/img]"
        assert create_note(bare(notes, settings=HOSTS), source, "bbcode") == (
            f'<a href="http://a.b" {REL}>http://c.d/e</a> '
            f'<a href="http://c.d/f" {REL}>http://c.d/f</a>'
        )

    def test_of_a_plugin_too(self, bare: Callable[..., Client]) -> None:
        html = create_note(bare(notes, settings=HOSTS), '<img src="http://c.d/e">', "shout")
        assert "<img" not in html.lower()

    def test_no_host(self, bare: Callable[..., Client]) -> None:
        site = bare(notes, settings={"pulsar.image_hosts": ""})
        assert "<img" not in create_note(site, "[img]http://c.d/e[/img]", "bbcode")

    def test_any_host_is_the_default(self, bare: Callable[..., Client]) -> None:
        assert "<img" in create_note(bare(notes), "[img]http://c.d/e[/img]", "bbcode")

    @pytest.mark.parametrize("hosts", ["https://a.b", "a.b/c", "*.*", "a*"])
    def test_bad_settings(self, configure: Callable[..., Configurator], hosts: str) -> None:
        with pytest.raises(ConfigurationError, match="image_hosts"):
            configure(settings={"pulsar.image_hosts": hosts})
