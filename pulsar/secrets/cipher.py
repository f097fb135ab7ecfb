"""Encryption of data in the database, with keys derived from the site's secret."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def site_cipher(site_keys: Sequence[bytes], purpose: str) -> MultiFernet:
    """Fernet (AES and HMAC) with separate keys for the purpose, which cannot read other purposes.

    It encrypts with the first of the site's keys, and decrypts with each. Declare the columns that
    it encrypts with ``config.add_encrypted_column``.
    """
    return MultiFernet([Fernet(_derive(site_key, purpose)) for site_key in site_keys])


def _derive(site_key: bytes, purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=f"pulsar {purpose}".encode()).derive(site_key)
    return base64.urlsafe_b64encode(derived)
