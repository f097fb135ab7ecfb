"""Encryption of what the database keeps, under keys derived from the site's secret."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def site_cipher(site_secret: bytes, purpose: str) -> Fernet:
    """Fernet (AES and HMAC) with a key of the purpose's own, which no other purpose can read."""
    derived = HKDF(SHA256(), 32, salt=None, info=f"pulsar {purpose}".encode()).derive(site_secret)
    return Fernet(base64.urlsafe_b64encode(derived))
