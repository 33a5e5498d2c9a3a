"""The tokens of a print: made again while it is open, gone for good when it is closed (SR-06).

A token is the first 130 bits of HMAC-SHA-256 over the print's seed and the label's id, under a key that lies in a file
outside the database. Only its hash is stored. So a print of 10,000 labels can be made again after a paper jam without
new versions, a reader of the database alone can make none of its tokens, and once the seed is forgotten nobody can.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from labels.payload import CROCKFORD_ALPHABET, TOKEN_BITS

FILE_NAME: Final = "label-print.key"
_KEY_BYTES: Final = 32
SEED_BYTES: Final = 32


def new_seed() -> bytes:
    """Return the random 32 bytes that a print's tokens are made of."""
    return secrets.token_bytes(SEED_BYTES)


def load_print_key(folder: Path, file_name: str = FILE_NAME) -> bytes:
    """Return the key in ``folder``, made at the first call. Two starts at once agree on one key.

    ``file_name`` is another key's, for tokens that are no label's.

    Raises:
        ValueError: the file holds something else.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / file_name
    if not path.exists():
        _write_new_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{path.name} is not {_KEY_BYTES} bytes")
    return key


def _write_new_key(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(_KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        # link() fails when another start was first, where rename() would replace its key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def print_token(key: bytes, seed: bytes, label_id: UUID) -> str:
    """Return a label's token: 26 characters of Crockford base 32, 130 bits."""
    digest = int.from_bytes(hmac.digest(key, seed + label_id.bytes, "sha256"), "big")
    bits = digest >> (256 - TOKEN_BITS)
    return "".join(CROCKFORD_ALPHABET[(bits >> shift) & 31] for shift in range(TOKEN_BITS - 5, -1, -5))
