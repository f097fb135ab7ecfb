"""Output of job runs."""

from __future__ import annotations

from ..serialization import DATETIME, INTEGER, STRING, Field, Serializer, nullable


class JobRunSerializer(Serializer):
    """One run of a job."""

    id = Field(INTEGER)
    name = Field(STRING)
    holder = Field(STRING, doc="Machine, process and thread.")
    started = Field(DATETIME)
    finished = Field(nullable(DATETIME))
    status = Field({"type": "string", "enum": ["running", "succeeded", "failed"]})
    error = Field(STRING)
