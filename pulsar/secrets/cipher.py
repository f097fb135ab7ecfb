"""Encryption of what the database keeps, under keys derived from the site's secret."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def site_cipher(site_keys: Sequence[bytes], purpose: str) -> MultiFernet:
    """Fernet (AES and HMAC) with keys of the purpose's own, which no other purpose can read.

    It encrypts with the first of the site's keys, and decrypts with each. A column that it
    encrypts is declared by ``config.add_encrypted_column``.
    """
    return MultiFernet([Fernet(_derive(site_key, purpose)) for site_key in site_keys])


def _derive(site_key: bytes, purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=f"pulsar {purpose}".encode()).derive(site_key)
    return base64.urlsafe_b64encode(derived)
