"""The server's VAPID keys (RFC 8292): made at the first start, kept in the data folder, readable by the owner only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from webpush.vapid import VAPID


@dataclass(frozen=True)
class VapidKeys:
    """PEM keys, and the public key as browsers want it (base64url of the uncompressed point)."""

    private_pem: bytes
    public_pem: bytes
    application_server_key: str


def load_vapid_keys(data: Path) -> VapidKeys:
    """Read the keys below ``data/keys``, or make them once; two servers that start together agree on one pair.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "vapid.pem"
    if not path.exists():
        private, public, _ = VAPID.generate_keys()
        # A finished file is linked into place, so that nobody ever reads half a key or replaces one in use.
        draft = folder / f".vapid-{os.getpid()}.pem"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(private + public)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    content = path.read_bytes()
    split = content.index(b"-----BEGIN PUBLIC KEY-----")
    private, public = content[:split], content[split:]
    key = VAPID(private_key=private, public_key=public)
    return VapidKeys(private, public, VAPID.get_application_server_key(key.public_key))
