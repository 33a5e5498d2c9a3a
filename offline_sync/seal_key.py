"""The server's key for sealed envelopes: a phone encrypts its acknowledged commands to it (docs/sync.md, "epoch").

P-256 for ECDH, because WebCrypto has it in every browser the phones run (X25519 came late). The private key is a
file of its own with mode 0600, made once and never sent anywhere.
"""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

FILE_NAME: Final = "seal-p256.pem"


def load_seal_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The private key in ``folder``, made at the first call. Two starts at once agree on one key.

    Raises:
        ValueError: the file holds no P-256 key.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    if not path.exists():
        _write_new_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path.name} holds no P-256 key")
    return key


def _write_new_key(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, pem)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        # link() fails when another start was first, where rename() would replace its key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The public key as a JWK for ``crypto.subtle.importKey("jwk", …, {name: "ECDH", namedCurve: "P-256"}, …)``."""
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}


def _base64url(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
