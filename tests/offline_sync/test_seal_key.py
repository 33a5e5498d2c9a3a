"""The server's sealing key: made once, private, and of a kind that WebCrypto reads."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from offline_sync.seal_key import FILE_NAME, load_seal_key, public_jwk


def test_one_key_for_starts_at_the_same_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = [public_jwk(key) for key in pool.map(lambda _: load_seal_key(tmp_path / "keys"), range(8))]
    assert all(key == keys[0] for key in keys)
    file = tmp_path / "keys" / FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]


def test_the_public_key_agrees_with_the_private_one(tmp_path: Path) -> None:
    key = load_seal_key(tmp_path)
    jwk = public_jwk(key)
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=")) for name in ("x", "y"))
    phone = ec.generate_private_key(ec.SECP256R1())
    read = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    assert phone.exchange(ec.ECDH(), read) == key.exchange(ec.ECDH(), phone.public_key())


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / FILE_NAME).write_bytes(pem)
    with pytest.raises(ValueError, match="P-256"):
        load_seal_key(tmp_path)
