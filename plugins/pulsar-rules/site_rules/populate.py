"""Sample revisions of the rules."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from pulsar.db import utcnow
from pulsar.populate.directive import Progress
from pulsar.request import Request
from pulsar.users.models import User

from .models import RuleRevision, RuleSection
from .sections import book, usual_language

#: The rule that is added to the first section, in its two versions.
_ADDED = ("Be kind.", "Be kind, and ask before you guess.")


def populate(request: Request, scale: float, progress: Progress) -> None:
    """Edit the first section twice: add a rule, then reword it."""
    language, now, files = usual_language(request), utcnow(), book(request)
    editor = request.db.scalar(select(User.id).order_by(User.id).limit(1))
    section = next(iter(files.sections), "")
    first = files.revision(section, language)
    if first is None:
        return
    row = RuleSection(section=section)
    request.db.add(row)
    request.db.flush()
    revisions = [first]
    for number, said in enumerate(_ADDED, 1):
        rules = [*first.rules, {"summary": said, "extra": None, "rules": None}]
        revision = RuleRevision.of({**first.text, "rules": rules}, language, number)
        revision.summary, revision.editor_id = f"Kindness, try {number}.", editor
        revision.time = now - timedelta(days=30 // number)
        revisions.append(revision)
    for revision in revisions:
        revision.section_id = row.id
    request.db.add_all(revisions)
    progress("rules", len(revisions), len(revisions))
