"""Authentication and authorization."""

from .identity import Identity
from .permissions import AUTHENTICATED, CLOSED, PUBLIC, Permission
from .policy import SecurityPolicy, own

__all__ = ["AUTHENTICATED", "CLOSED", "PUBLIC", "Identity", "Permission", "SecurityPolicy", "own"]
