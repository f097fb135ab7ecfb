"""Views of warnings and staff notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pyramid.view import view_config
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...classes.rank import Outranked
from ...db import utcnow
from ...errors import ApiError
from ...interfaces import INotifications, ISiteLog
from ...paging import Page, paginate
from ...permissions import USERS_NOTES, USERS_VIEW_WARNINGS, USERS_WARN
from ...request import Request
from ...serialization import Listing, Message
from ...users import tags as user_tags
from ...validation import Paging
from ...validation.inputs import PagingInput
from ..inputs import WarnInput, WriteNoteInput
from ..interfaces import IStaffNote, IUserWarning
from ..models import StaffNote, UserWarning
from ..resources import NoteResource, Notes, WarningResource, Warnings
from ..schemas import Warn, WriteNote


class AlreadyRevoked(ApiError):
    """The warning has already been revoked."""

    code = "already_revoked"


@view_config(
    context=Warnings,
    request_method="GET",
    permission=USERS_VIEW_WARNINGS,
    schema=Paging,
    response=Listing(IUserWarning),
)
def list_warnings(context: Warnings, request: Request[PagingInput]) -> Page:
    """List a member's warnings, newest first. Members may see their own."""
    query = (
        select(UserWarning)
        .where(UserWarning.user_id == context.user.id)
        .options(joinedload(UserWarning.staff))
        .order_by(UserWarning.id.desc())
    )
    return paginate(request.db, query, request.validated)


@view_config(
    context=Warnings,
    request_method="POST",
    permission=USERS_WARN,
    schema=Warn,
    response=IUserWarning,
    status=201,
    errors=(Outranked,),
)
def warn(context: Warnings, request: Request[WarnInput]) -> Any:
    """Warn a member, who is notified."""
    values = request.validated
    warning = UserWarning(
        user_id=context.user.id,
        staff_id=request.caller.user_id,
        reason=values["reason"],
        expires=utcnow() + timedelta(days=values["days"]),
    )
    request.db.add(warning)
    request.db.flush()
    request.find_service(ISiteLog).record(
        request,
        "user_warned",
        f"{context.user.username}: {values['reason']}",
        target=context.user,
        after={"reason": values["reason"], "days": values["days"]},
    )
    request.find_service(INotifications).notify(
        request,
        "user_warned",
        [context.user.id],
        {"reason": values["reason"], "days": values["days"]},
    )
    request.cache.invalidate(user_tags.profile(context.user.id))
    return context(warning)


@view_config(
    context=WarningResource,
    request_method="GET",
    permission=USERS_VIEW_WARNINGS,
    response=IUserWarning,
)
def view_warning(context: WarningResource, request: Request) -> UserWarning:
    """Show a warning. Members may see their own."""
    return context.model


@view_config(
    context=WarningResource,
    request_method="DELETE",
    permission=USERS_WARN,
    response=Message(),
    errors=(Outranked, AlreadyRevoked),
)
def revoke(context: WarningResource, request: Request) -> str:
    """Revoke a warning, which stays on record."""
    warning = context.model
    user = context.__parent__.user
    if warning.revoked is not None:
        raise AlreadyRevoked(f"Warning {warning.id} is already revoked.")
    warning.revoked = utcnow()
    request.db.flush()
    request.find_service(ISiteLog).record(
        request,
        "user_warning_revoked",
        f"{user.username}: {warning.reason}",
        target=user,
        before={"reason": warning.reason, "expires": warning.expires.isoformat()},
    )
    request.cache.invalidate(user_tags.profile(user.id))
    return f"Warning {warning.id} has been revoked."


@view_config(
    context=Notes,
    request_method="GET",
    permission=USERS_NOTES,
    schema=Paging,
    response=Listing(IStaffNote),
)
def list_notes(context: Notes, request: Request[PagingInput]) -> Page:
    """List the staff notes about a member, newest first."""
    query = (
        select(StaffNote)
        .where(StaffNote.user_id == context.user.id)
        .options(joinedload(StaffNote.staff))
        .order_by(StaffNote.id.desc())
    )
    return paginate(request.db, query, request.validated)


@view_config(
    context=Notes,
    request_method="POST",
    permission=USERS_NOTES,
    schema=WriteNote,
    response=IStaffNote,
    status=201,
    errors=(Outranked,),
)
def write_note(context: Notes, request: Request[WriteNoteInput]) -> Any:
    """Write a staff note about a member."""
    note = StaffNote(
        user_id=context.user.id,
        staff_id=request.caller.user_id,
        note=request.validated["note"],
    )
    request.db.add(note)
    request.db.flush()
    request.find_service(ISiteLog).record(
        request,
        "staff_note_written",
        context.user.username,
        target=context.user,
        after={"note_id": note.id},
    )
    return context(note)


@view_config(
    context=NoteResource, request_method="GET", permission=USERS_NOTES, response=IStaffNote
)
def view_note(context: NoteResource, request: Request) -> StaffNote:
    """Show a staff note."""
    return context.model
