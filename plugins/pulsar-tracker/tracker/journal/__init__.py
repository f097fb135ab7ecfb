"""The journal: what announces mean, on disk before they are answered."""

from .follower import Follower, Group
from .layout import JournalError, JournalInUse, read_identity, release
from .record import RECORD, Record
from .writer import Journal, Sync

__all__ = [
    "RECORD",
    "Follower",
    "Group",
    "Journal",
    "JournalError",
    "JournalInUse",
    "Record",
    "Sync",
    "read_identity",
    "release",
]
