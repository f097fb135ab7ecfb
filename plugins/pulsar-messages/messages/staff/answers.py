"""Creating, editing and deleting canned answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from pulsar.db import utcnow
from pulsar.errors import Conflict
from pulsar.interfaces import ISiteLog
from pulsar.request import Request
from pulsar.sitelog.service import changes

from .inputs import EditAnswerInput, MakeAnswerInput
from .models import Answer


class AnswerExists(Conflict):
    """Another canned answer has the same name."""

    code = "answer_exists"


def create(request: Request, values: MakeAnswerInput) -> Answer:
    """Store a canned answer. Raises AnswerExists."""
    answer = Answer()
    _store(request, answer, _clean(values))
    _log_change(request, "staff_answer_created", answer)
    return answer


def edit(request: Request, answer: Answer, values: EditAnswerInput) -> None:
    """Change the given values of a canned answer. Raises AnswerExists."""
    before, after = changes(answer, _clean(values))
    if after:
        _store(request, answer, {**after, "edited": utcnow()})
        _log_change(request, "staff_answer_edited", answer, before, after)


def remove(request: Request, answer: Answer) -> None:
    """Delete a canned answer."""
    request.db.execute(delete(Answer).where(Answer.id == answer.id))
    _log_change(
        request, "staff_answer_deleted", answer, {"name": answer.name, "contents": answer.contents}
    )


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(values)
    if "name" in fields:
        fields["name"] = fields["name"].strip()
    return fields


def _store(request: Request, answer: Answer, values: Mapping[str, Any]) -> None:
    session = request.db
    try:
        with session.begin_nested():
            for name, value in values.items():
                setattr(answer, name, value)
            session.add(answer)
            session.flush()
    except IntegrityError as error:
        taken = func.lower(Answer.name) == func.lower(values.get("name"))
        existing = session.scalar(select(Answer.id).where(taken))
        if existing is None:
            raise
        raise AnswerExists(
            f"Another StaffAnswer already has the name {values['name']}.", existing_id=existing
        ) from error


def _log_change(
    request: Request,
    action: str,
    answer: Answer,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    request.find_service(ISiteLog).record(
        request, action, answer.name, target=answer, before=before, after=after
    )
