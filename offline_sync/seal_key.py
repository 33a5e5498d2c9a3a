"""The server's keys for sealed envelopes: a phone encrypts its unsent commands to the newest (docs/sync.md section 3).

P-256 for ECDH, because WebCrypto has it in every browser the phones run (X25519 came late). Each private key is a
file of its own with mode 0600, made once and never sent anywhere. ``seal-p256.pem`` is the newest; a retired key is
kept as ``seal-p256-<id>.pem`` for ever, because a file of unsent work never expires.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

FILE_NAME: Final = "seal-p256.pem"
_RETIRED: Final = "seal-p256-*.pem"


@dataclass(frozen=True)
class SealKeys:
    """The server's private keys. ``by_id`` holds the newest and all retired ones, by key id."""

    newest: ec.EllipticCurvePrivateKey
    by_id: Mapping[str, ec.EllipticCurvePrivateKey]


def load_seal_keys(folder: Path) -> SealKeys:
    """The keys in ``folder``; the newest is made at the first call.

    Raises:
        ValueError: a file holds no P-256 key.
        OSError: the folder cannot be written.
    """
    newest = load_seal_key(folder)
    keys = [newest, *(_read_key(path) for path in sorted(folder.glob(_RETIRED)))]
    return SealKeys(newest, {key_id(key): key for key in keys})


def rotate_seal_key(folder: Path) -> str:
    """Retire the newest key and make another; returns the new key's id. Phones learn it with their next start.

    Raises:
        ValueError, OSError: as load_seal_keys.
    """
    retired = load_seal_key(folder)
    path = folder / FILE_NAME
    # First the copy: at no moment is there an envelope that no file can open.
    with contextlib.suppress(FileExistsError):
        os.link(path, folder / f"seal-p256-{key_id(retired)}.pem")
    draft = _write_draft(path)
    draft.rename(path)
    return key_id(load_seal_key(folder))


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
    return _read_key(path)


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path.name} holds no P-256 key")
    return key


def _write_new_key(path: Path) -> None:
    draft = _write_draft(path)
    try:
        # link() fails when another start was first, where rename() would replace its key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _write_draft(path: Path) -> Path:
    """A new key beside ``path``, on disk."""
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
    return draft


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The public key as a JWK for ``crypto.subtle.importKey("jwk", …, {name: "ECDH", namedCurve: "P-256"}, …)``."""
    numbers = key.public_key().public_numbers()
    x, y = (_base64url(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": _thumbprint(x, y)}


def key_id(key: ec.EllipticCurvePrivateKey) -> str:
    """The beginning of the public key's thumbprint (RFC 7638), 16 characters."""
    return public_jwk(key)["kid"]


def _thumbprint(x: str, y: str) -> str:
    canonical = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    return _base64url(hashlib.sha256(canonical.encode()).digest())[:16]


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
