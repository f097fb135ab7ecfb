"""Where `make client-tools` installs what reads the API's description."""

from __future__ import annotations

from .server import CHECKOUT

TOOLS = CHECKOUT / "var" / "client-tools"
