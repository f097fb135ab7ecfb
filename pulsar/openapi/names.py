"""What operations are called, by which generated clients name their functions.

``GET /torrents`` is ``list_torrents`` and ``DELETE /forums/posts/{forum_post_id}`` is
``delete_forum_post``. A view that is better named otherwise says so by ``operation="..."``.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
#: Last segments that say what is done with what is before them.
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

    ``lists`` says whether it answers a list. ``declared`` is what its view is called, at all paths;
    of what is the caller's own ``user`` becomes ``my``.
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
    """The names of a path; ``plural`` leaves the last one as it is, where nothing follows."""
    words: list[str] = []
    for position, segment in enumerate(segments):
        if not segment.startswith("{"):
            word = "_".join(_WORD.findall(segment))
            if not plural or position < len(segments) - 1:
                word = singular(word)
            # What was said is not said again: a forum's ``forum_post`` is a forum post.
            if words and word.startswith(f"{words[-1]}_"):
                words.pop()
            words.append(word)
        elif position and not segment.endswith("_id}") and segments[position - 1] == words[-1]:
            # What has no plural is told from its parts by what it is found by.
            words.append(f"by_{segment[1:-1]}")
    return words


def singular(word: str) -> str:
    """What one of several is called: ``categories`` are made of ``category``."""
    if word.lower().endswith("news"):
        return word
    for ending, of_one in _SINGULARS:
        if word.endswith(ending):
            return word[: -len(ending)] + of_one
    return word.removesuffix("s")


def camel(name: str) -> str:
    """``forum_post`` is ``ForumPost``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
