"""Interfaces for which serializers, fields and subscribers are registered."""

from __future__ import annotations

from ..interfaces import IContent


class IJobRun(IContent):
    """One run of a job."""
