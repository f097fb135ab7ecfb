"""Who is asking, and what they may do."""

from .identity import Identity
from .permissions import CLOSED, PUBLIC, Permission
from .policy import SecurityPolicy, own

__all__ = ["CLOSED", "PUBLIC", "Identity", "Permission", "SecurityPolicy", "own"]
