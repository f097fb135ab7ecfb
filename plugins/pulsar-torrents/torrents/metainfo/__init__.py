"""Reading, checking and re-wrapping .torrent files (BEP 3, 9, 27, 47, 52)."""

from __future__ import annotations

from .errors import MetainfoError
from .model import File, Limits, Metainfo
from .parse import parse
from .rewrap import magnet, wrap

__all__ = ["File", "Limits", "Metainfo", "MetainfoError", "magnet", "parse", "wrap"]
