"""A picture that came with work on each order, for the routes that show it."""

from __future__ import annotations

import hashlib

from app.database import execute
from tests.app.web.test_pictures import jpeg
from tests.security.house import House

PICTURE = jpeg()
DIGEST = hashlib.sha256(PICTURE).digest()


async def make_attachments(house: House) -> None:
    """Let every command on an order name the picture, which has arrived."""
    folder = house.data / "blobs" / DIGEST.hex()[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DIGEST.hex()).write_bytes(PICTURE)
    await execute(
        "insert into blob (sha256, size, mime, state, completed_at) values ($1, $2, 'image/jpeg', 'complete', now())"
        " on conflict do nothing",
        DIGEST,
        len(PICTURE),
    )
    await execute(
        "insert into command_blob (command_id, sha256, role) select c.id, $1, 'photo' from command_log c"
        " join work_order w on w.id = c.aggregate on conflict do nothing",
        DIGEST,
    )
