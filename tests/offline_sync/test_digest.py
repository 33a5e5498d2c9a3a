"""The digest: the vectors that the phone's code is tested with too, and that it forgets what it is told to."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from offline_sync.digest import Digest, row_hash

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sync_digest.json").read_text())


def test_fnv_itself() -> None:
    """A published value of FNV-1a 64 ("foobar" of the reference vectors), reached by the same loop."""
    value = 0xCBF29CE484222325
    for byte in b"foobar":
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    assert value == 0x85944171F73967E8
    assert row_hash("a", UUID(int=0), 1) != row_hash("a", UUID(int=0), 2)


def test_vectors() -> None:
    digest = Digest()
    assert {"n": digest.n, "xor": digest.hex} == VECTORS["empty"]
    for row in VECTORS["rows"]:
        row_id, rv = UUID(row["id"]), int(row["rv"])
        assert f"{row_hash(row['kind'], row_id, rv):016x}" == row["hash"]
        digest = digest.replace(row["kind"], row_id, None, rv)
        assert (digest.n, digest.hex) == (row["n"], row["xor"])


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.uuids(), st.integers(-(2**63), 2**63 - 1)), unique=True))
def test_order_does_not_matter_and_every_step_can_be_undone(rows: list[tuple[str, UUID, int]]) -> None:
    start = Digest().replace("x", uuid4(), None, 4)
    forwards = backwards = start
    for kind, row_id, rv in rows:
        forwards = forwards.replace(kind, row_id, None, rv)
    for kind, row_id, rv in reversed(rows):
        backwards = backwards.replace(kind, row_id, None, rv)
    assert forwards == backwards
    assert Digest.from_signed(forwards.n, forwards.signed) == forwards
    for kind, row_id, rv in rows:
        forwards = forwards.replace(kind, row_id, rv, None)
    assert forwards == start
