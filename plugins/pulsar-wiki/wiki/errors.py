"""What can be wrong with a change of the wiki."""

from __future__ import annotations

from pulsar.errors import ApiError, Conflict, Invalid, Refused


class UnknownLanguage(ApiError):
    """The wiki has no such language."""

    code = "unknown_language"

    def __init__(self, language: str) -> None:
        message = f"Invalid WikiLanguage {language}."
        super().__init__(message, errors={"language": [message]})


class LanguageExists(Conflict):
    """Names of languages are unique whatever their case."""

    code = "language_exists"


class TranslationExists(Conflict):
    """The article is there in that language already; edit it."""

    code = "translation_exists"


class AliasTaken(Conflict):
    """Another article that the caller sees has the alias."""

    code = "alias_taken"

    def __init__(self, alias: str) -> None:
        super().__init__(f"The wiki alias {alias} has already been taken.")


class LandingPageStays(Conflict):
    """The wiki needs an article to begin with."""

    code = "landing_page"
    message = "The landing page of the wiki cannot be deleted."


class RevisionRequired(ApiError):
    """An edit must say of which revision it is, so that none is lost (RFC 6585, 3)."""

    status = 428
    code = "precondition_required"
    message = "Say which revision you edit: in the member revision, or in If-Match in quotes."


def invalid_class(field: str) -> Invalid:
    """The class that shall read or edit does not exist."""
    return Refused({field: ["Invalid UserClass id."]})
