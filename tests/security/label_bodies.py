"""Good commands of the labels' room for the tables of SR-05, each on a fresh object."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec

from app.database import execute
from labels.payload import build_payload, new_token, token_hash
from labels.standard import PROFILES, TEMPLATES
from tests.security.house import LETTERS, MISSING, MISSING_DEVICE, House

PROFILE_ID, PROFILE = next(iter(PROFILES.items()))
SHELF_ID, SHELF = next((one, template) for one, template in TEMPLATES.items() if template.kind == "shelf")
RETURN_ID = next(one for one, template in TEMPLATES.items() if template.kind == "return")


async def label_command(house: House, name: str, target: str) -> dict[str, Any]:
    """The body of a command about the target's device, print, template or profile."""
    number = house.places[target].device_number if target != "missing" else MISSING_DEVICE
    aggregate: UUID | None = None
    args: dict[str, Any] = {}
    if name == "label.print":
        args = {"numbers": [number], "replace_live": True}
    elif name in {"label.verify", "label.finish", "label.discard"}:
        aggregate = await make_print(house, target) if target != "missing" else MISSING
        args = {"label.verify": {"raw": "104901"}, "label.finish": {"missing": "keep"}}.get(name, {})
    elif name == "label.claim":
        args = {"raw": await make_unclaimed(house), "device_number": number, "replace_live": True}
    elif name == "label.calibrate":
        own = target in {"own", "other"}
        aggregate = PROFILE_ID if own else MISSING if target == "missing" else await make_profile(house)
        args = {"measured_left_mm": 51, "measured_top_mm": 49}
    else:
        aggregate = uuid4()
        field, document = ("template", SHELF) if name == "label.save_template" else ("profile", PROFILE)
        args = {field: {**msgspec.to_builtins(document), "name": f"Ny {uuid4()}"}}
    return {"id": str(uuid4()), "aggregate": None if aggregate is None else str(aggregate), "args": args}


async def make_print(house: House, target: str) -> UUID:
    """An open print of the target's region."""
    region = house.world.south if target == "foreign" else house.north
    made, author = uuid4(), region.users[LETTERS["P"]].id
    await execute(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, verdict)"
        " values ($1, $2, $3, 'label.print', 1, '{}', '\\x00', now(), now(), 'applied')",
        made,
        region.region_id,
        author,
    )
    await execute(
        "insert into label_print (id, region_id, kind, template, host, owner, phone, count, first_number, last_number,"
        " seed, older_end, printed_by, printed_at) values ($1, $2, 'unclaimed', $3, 'a.example', '', '', 1, '700001',"
        " '700001', '\\x00', now(), $4, now())",
        made,
        region.region_id,
        msgspec.to_builtins(next(iter(TEMPLATES.values()))),
        author,
    )
    return made


async def make_unclaimed(house: House) -> str:
    """The QR text of a pre-printed label of the users' region."""
    token, made = new_token(), await make_print(house, "own")
    number = f"{800_000 + made.int % 90_000}"
    await execute(
        "insert into unclaimed_label (id, region_id, number, token_hash, print_id, position) values ($1, $2, $3, $4,"
        " $5, 1)",
        uuid4(),
        house.north.region_id,
        number,
        token_hash(token),
        made,
    )
    return build_payload("a.example", number, 1, token)


async def make_profile(house: House) -> UUID:
    """A print profile of the other region."""
    made = uuid4()
    await execute(
        "insert into label_profile (region_id, id, name, document, changed_by, changed_at)"
        " values ($1, $2, $3, $4, $5, now())",
        house.world.south.region_id,
        made,
        f"Ny {made}",
        msgspec.to_builtins(PROFILE),
        house.world.south.users[LETTERS["P"]].id,
    )
    return made
