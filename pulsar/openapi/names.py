"""The names of operations, after which client generators name their functions.

``GET /torrents`` is ``list_torrents`` and ``DELETE /forums/posts/{forum_post_id}`` is
``delete_forum_post``. A view can declare another name with ``operation="..."``.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
#: Last segments that are actions on the item before them.
_ACTIONS = {
    "GET": frozenset({"download"}),
    "POST": frozenset(
        ("confirm", "fill", "grant", "resolve", "restore", "rollback", "turn_off", "unresolve")
    ),
}
_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "DELETE": "delete"}
_SINGULARS = (("iases", "ias"), ("ies", "y"), ("sses", "ss"), ("ss", "ss"), ("us", "us"))


def operation_id(method: str, path: str, *, lists: bool, declared: str | None = None) -> str:
    """The operation's name: lower-case words, the first of which is a verb.

    ``lists`` says whether it returns a list. ``declared`` is the name that its view declares, at
    all paths; below ``/users/me``, ``user`` becomes ``my``.
    """
    mine = path.startswith("/users/me/")
    if declared is not None:
        return declared.replace("user", "my", 1) if mine else declared
    segments = path.strip("/").split("/")
    action = segments.pop() if segments[-1] in _ACTIONS.get(method, ()) else None
    if path.startswith("/users/me"):
        segments[:2] = ["my"] if mine else ["me"]
    verb = action or ("list" if lists and method == "GET" else _VERBS[method])
    return "_".join([verb, *_nouns(segments, plural=action is None and method != "POST")])


def _nouns(segments: list[str], *, plural: bool) -> list[str]:
    """The nouns of a path; ``plural`` leaves the last one as it is if nothing follows."""
    words: list[str] = []
    for position, segment in enumerate(segments):
        if not segment.startswith("{"):
            word = "_".join(_WORD.findall(segment))
            if not plural or position < len(segments) - 1:
                word = singular(word)
            # Do not repeat words: a forum's ``forum_post`` is a forum post.
            if words and word.startswith(f"{words[-1]}_"):
                words.pop()
            words.append(word)
        elif position and not segment.endswith("_id}") and segments[position - 1] == words[-1]:
            # A name without a plural is distinguished from its parts by the parameter that finds
            # them.
            words.append(f"by_{segment[1:-1]}")
    return words


def singular(word: str) -> str:
    """The singular of a name: ``category`` for ``categories``."""
    if word.lower().endswith("news"):
        return word
    for ending, of_one in _SINGULARS:
        if word.endswith(ending):
            return word[: -len(ending)] + of_one
    return word.removesuffix("s")


def camel(name: str) -> str:
    """Convert ``forum_post`` to ``ForumPost``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
