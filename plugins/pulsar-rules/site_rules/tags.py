"""Cache tags of the rules."""

from __future__ import annotations

#: Of every copy of sections: dropped with every change of one.
RULES = "rules"
