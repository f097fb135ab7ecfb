"""Cache tags are written only in the functions and constants of ``tags`` modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
SOURCES = [
    path
    for path in [*TOP.glob("pulsar/**/*.py"), *TOP.glob("plugins/*/*/**/*.py")]
    if not {"tests", "versions"} & set(path.relative_to(TOP).parts)
]
#: The number of arguments before the tags, by method.
BEFORE_TAGS = {
    "invalidate": 0,
    "invalidate_now": 0,
    "depends": 0,
    "get_or_create": 2,
    "page": 2,
    "put": 3,
}
CACHES = ("cache", "ICache", "copies")


def is_cache(call: ast.Call) -> bool:
    """Return whether the call may be one of a cache; other classes have such methods too."""
    if not isinstance(call.func, ast.Attribute):
        return False
    return ast.unparse(call.func.value).rstrip(")").endswith(CACHES)


def texts(source: str) -> list[str]:
    """Return the tags that are written as texts in calls of the cache."""
    spelled = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        arguments: list[ast.AST] = []
        if is_cache(call) and isinstance(call.func, ast.Attribute):
            before = BEFORE_TAGS.get(call.func.attr)
            arguments += [] if before is None else call.args[before:]
            arguments += [keyword.value for keyword in call.keywords if keyword.arg == "tags"]
        for argument in arguments:
            for node in ast.walk(argument):
                if isinstance(node, ast.JoinedStr) or (
                    isinstance(node, ast.Constant) and isinstance(node.value, str)
                ):
                    spelled.append(ast.unparse(node))
    return spelled


class TestTexts:
    @pytest.mark.parametrize(
        "source",
        [
            'request.cache.invalidate("users")',
            'request.cache.invalidate(f"user:{user_id}")',
            'request.cache.invalidate(*(f"user:{user_id}" for user_id in user_ids))',
            'registry.getUtility(ICache).invalidate([f"user:{user_id}"])',
            'request.cache.get_or_create(key, make, ("users",))',
            'request.cache.get_or_create(key, make, tags=("users",))',
            'request.cache.page(key, show, (f"user:{user_id}", tags.USERS))',
            'self.cache.depends(f"user:{user_id}")',
            'cache.put(key, value, 60, ("users",), token)',
        ],
    )
    def test_is_seen(self, source: str) -> None:
        assert texts(source)

    @pytest.mark.parametrize(
        "source",
        [
            "request.cache.invalidate(tags.user(user_id), tags.USERS)",
            "request.cache.invalidate(*map(tags.user, user_ids))",
            'request.cache.get_or_create(f"key:{user_id}", make, (tags.user(user_id),))',
            'request.cache.page(request.cache.page_key(IUser, "user", 7), show, (tags.USERS,))',
            'client.put("/users/7", {"name": "x"}, headers, "more")',
        ],
    )
    def test_is_not_taken_for_one(self, source: str) -> None:
        assert not texts(source)


class TestSources:
    def test_spell_no_tag_out(self) -> None:
        literals = {
            str(path.relative_to(TOP)): spelled
            for path in SOURCES
            if (spelled := texts(path.read_text()))
        }
        assert not literals

    def test_are_looked_at(self) -> None:
        assert sum("cache.invalidate(" in path.read_text() for path in SOURCES) > 20
