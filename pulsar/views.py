"""Choosing among the views of one place, by method, without raising for each that is not meant."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.config.views import MultiView
from pyramid.exceptions import PredicateMismatch
from pyramid.interfaces import IMultiView
from pyramid.request import Request
from pyramid.response import Response
from zope.interface import implementer

from .directives import CHECKS


def includeme(config: Configurator) -> None:
    """Let places choose this way once all views are registered."""
    config.action(("pulsar", "views"), choose_quietly, (config.registry,), order=CHECKS)


@implementer(IMultiView)
class QuietMultiView(MultiView):
    """Asks each view's predicates before calling it.

    Pyramid's own calls the views in turn, and each that is not meant raises: a whole response with
    a page of HTML, for every method that is tried before the right one.
    """

    def __init__(self, multiview: MultiView) -> None:
        self.__dict__.update(multiview.__dict__)

    def __call__(self, context: Any, request: Request) -> Response:
        for _, view, _ in self.get_views(request):
            predicated = getattr(view, "__predicated__", None)
            if predicated is None or predicated(context, request):
                try:
                    return view(context, request)
                except PredicateMismatch:
                    # Of a view that has views of its own.
                    continue
        raise PredicateMismatch(self.name)


def choose_quietly(registry: Any) -> None:
    """Replace the registered multi-views."""
    for found in list(registry.registeredAdapters()):
        if type(found.factory) is MultiView:
            quiet = QuietMultiView(found.factory)
            registry.registerAdapter(quiet, found.required, found.provided, found.name)
