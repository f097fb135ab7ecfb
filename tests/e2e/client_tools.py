"""The folder of the tools that `make client-tools` installs, which read the API's description."""

from __future__ import annotations

from .server import CHECKOUT

TOOLS = CHECKOUT / "var" / "client-tools"
