"""A sealed envelope: one unsent command, encrypted on the phone to the server's key (docs/sync.md section 3). Pure.

::

    ts1.<key id>.<base64url(enc || ciphertext)>

The cipher is HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; ``info`` is the text
``ts1.<key id>``. Inside lie the phone's push key, a line feed, and the command's JSON after its number. The push key
proves whose phone it was; it opens no session and reads nothing. The number is told beside the envelope, because the
phone takes it in the transaction that saves, when nothing can be encrypted any more.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from offline_sync.envelope import FrameError, SentCommand, read_command

VERSION: Final = "ts1"
_SHAPE: Final = re.compile(r"ts1\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]+)")
_SUITE: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
#: What stands before the rest of a command: its number, which a renumbered phone gives anew.
_NUMBER: Final = re.compile(rb'\{\s*"seq"\s*:\s*[0-9]+\s*,\s*')


class Unopenable(Exception):
    """No envelope of this server's phones, or one that was changed on the way."""


class UnknownKey(Unopenable):
    """Sealed to a key that this server does not have: another server's, or lost with its keys folder."""


@dataclass(frozen=True)
class Opened:
    """What lay in an envelope. ``push_key`` is a secret: it is never logged nor stored."""

    push_key: str
    command: SentCommand


def seal(push_key: str, tail: str, kid: str, public_key: ec.EllipticCurvePublicKey) -> str:
    """Make an envelope as a phone does. ``tail`` is a command's JSON after ``{"seq":N,``."""
    sealed = _SUITE.encrypt(f"{push_key}\n{tail}".encode(), public_key, f"{VERSION}.{kid}".encode())
    return f"{VERSION}.{kid}.{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"


def open_sealed(seq: int, envelope: str, keys: Mapping[str, ec.EllipticCurvePrivateKey]) -> Opened:
    """Open one envelope.

    Raises:
        UnknownKey: it was sealed to another server's key.
        Unopenable: it is no envelope, or not as it was sealed.
    """
    shape = _SHAPE.fullmatch(envelope)
    if shape is None:
        raise Unopenable("not an envelope")
    kid, content = shape.groups()
    key = keys.get(kid)
    if key is None:
        raise UnknownKey(kid)
    try:
        sealed = base64.b64decode(content + "=" * (-len(content) % 4), altchars=b"-_", validate=True)
        plain = _SUITE.decrypt(sealed, key, f"{VERSION}.{kid}".encode())
        push_key, line_feed, tail = plain.partition(b"\n")
        if not line_feed:
            raise Unopenable("no push key")
        return Opened(push_key.decode(), read_command(b'{"seq":%d,' % seq + tail))
    except (InvalidTag, ValueError, binascii.Error, FrameError) as error:
        raise Unopenable("changed, or not sealed by a phone") from error


def content_digest(raw: bytes) -> bytes:
    """SHA-256 of a command without its number: the same before and after a phone was renumbered."""
    return sha256(_NUMBER.sub(b"{", raw, count=1)).digest()
