"""Errors of the wiki."""

from __future__ import annotations

from pulsar.errors import ApiError, Conflict, Invalid, Refused


class UnknownLanguage(ApiError):
    """The wiki does not have this language."""

    code = "unknown_language"

    def __init__(self, language: str) -> None:
        message = f"Invalid WikiLanguage {language}."
        super().__init__(message, errors={"language": [message]})


class LanguageExists(Conflict):
    """Another language has the name, ignoring case."""

    code = "language_exists"


class TranslationExists(Conflict):
    """The article already exists in that language."""

    code = "translation_exists"


class AliasTaken(Conflict):
    """Another article that the caller sees has the alias."""

    code = "alias_taken"

    def __init__(self, alias: str) -> None:
        super().__init__(f"The wiki alias {alias} has already been taken.")


class LandingPageStays(Conflict):
    """The landing page cannot be deleted."""

    code = "landing_page"
    message = "The landing page of the wiki cannot be deleted."


class RevisionRequired(ApiError):
    """An edit must name the revision that it is based on, so that none is lost (RFC 6585, 3)."""

    status = 428
    code = "precondition_required"
    message = "Say which revision you edit: in the member revision, or in If-Match in quotes."


def invalid_class(field: str) -> Invalid:
    """Return the error for a class that does not exist."""
    return Refused({field: ["Invalid UserClass id."]})
