"""Choosing among the views of one place, by method, without raising for each that is not meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyramid.config.views import MultiView
from pyramid.exceptions import PredicateMismatch
from pyramid.interfaces import IMultiView
from pyramid.predicates import RequestMethodPredicate
from pyramid.response import Response
from zope.interface import implementer

from .config import Configurator
from .directives import CHECKS
from .registry import Registry
from .request import Request

_View = Callable[[Any, Request], Response]


def includeme(config: Configurator) -> None:
    """Let places choose this way once all views are registered."""
    config.action(("pulsar", "views"), choose_quietly, (config.registry,), order=CHECKS)


@implementer(IMultiView)
class QuietMultiView(MultiView):
    """Knows the views of each method.

    Pyramid's own calls the views in turn, and each that is not meant raises: a whole response with
    a page of HTML, for every method that is tried before the right one.
    """

    def __init__(self, multiview: MultiView) -> None:
        self.__dict__.update(multiview.__dict__)
        views = [view for _, view, _ in self.views]
        named = set().union(*(_methods(view) or () for view in views))
        self._of_any_method = [view for view in views if _methods(view) is None]
        self._by_method = {
            method: [view for view in views if method in (_methods(view) or (method,))]
            for method in named
        }

    def __call__(self, context: Any, request: Request) -> Response:
        for view in self._meant(request):
            try:
                return view(context, request)
            except PredicateMismatch:
                # Of another predicate than the method, or of a view that has views of its own.
                continue
        raise PredicateMismatch(self.name)

    def _meant(self, request: Request) -> Sequence[_View]:
        if self.accepts:
            return [view for _, view, _ in self.get_views(request)]
        return self._by_method.get(request.method, self._of_any_method)


def _methods(view: Any) -> tuple[str, ...] | None:
    """The methods that the view is meant for, None for all."""
    for predicate in getattr(view, "__predicates__", ()):
        if isinstance(predicate, RequestMethodPredicate):
            found: tuple[str, ...] = predicate.val
            return found
    return None


def choose_quietly(registry: Registry) -> None:
    """Replace the registered multi-views."""
    for found in list(registry.registeredAdapters()):
        if type(found.factory) is MultiView:
            quiet = QuietMultiView(found.factory)
            registry.registerAdapter(quiet, found.required, found.provided, found.name)
