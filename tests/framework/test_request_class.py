"""The class of requests."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.interfaces import IRequestFactory
from pyramid.request import Request

from pulsar.background import make_request


class TestMakeClass:
    @pytest.fixture
    def config(self) -> Configurator:
        """A configurator with a method, a property and a reified property."""
        config = Configurator()
        config.include("pulsar.framework.request_class")
        config.add_request_method(lambda request, word: word * 2, "doubled")
        config.add_request_method(lambda request: request.path, "place", property=True)
        config.add_request_method(lambda request: object(), "thing", reify=True)
        return config

    @pytest.fixture
    def app(self, config: Configurator) -> Any:
        """An application whose response has the class of the request and the added attributes."""

        def view(request: Any) -> str:
            assert request.thing is request.thing
            return f"{id(type(request))} {request.doubled('ab')} {request.place}"

        config.add_route("any", "/*rest")
        config.add_view(view, route_name="any", renderer="string")
        return config.make_wsgi_app()

    def ask(self, app: Any, path: str) -> list[str]:
        return make_request(app.registry, path).get_response(app).text.split()

    def test_requests_have_what_was_added(self, app: Any) -> None:
        assert self.ask(app, "/here")[1:] == ["abab", "/here"]

    def test_requests_share_one_class(self, app: Any) -> None:
        assert self.ask(app, "/one")[0] == self.ask(app, "/two")[0]

    def test_the_application_has_it_too(self, app: Any) -> None:
        shared = self.ask(app, "/")[0]
        assert int(shared) == id(app.registry.getUtility(IRequestFactory))

    def test_builds_on_the_factory_there_is(self, config: Configurator) -> None:
        class Own(Request):
            pass

        config.set_request_factory(Own)
        app = config.make_wsgi_app()
        assert isinstance(make_request(app.registry), Own)


class TestMakeRequest:
    def test_has_the_services(self, registry: Any) -> None:
        request = make_request(registry, "/somewhere", method="POST")
        assert (request.path, request.method) == ("/somewhere", "POST")
        assert request.registry is registry
        assert request.cache is request.cache
