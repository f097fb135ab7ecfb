"""Cache tags of the rules."""

from __future__ import annotations

#: All cached sections. Every change of a section invalidates it.
RULES = "rules"
