"""The index as bytes: what goes in comes out, deltas lead where they say, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.device_index.format import (
    FLAGS,
    STATUSES,
    DeviceIndex,
    IndexArticle,
    IndexEntry,
    IndexFormatError,
    apply,
    decode,
    diff,
    encode,
    index_hash,
    pack,
    token_check,
    unpack,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "device_index.json"
_DAYS = st.none() | st.integers(1, 65_000).map(lambda days: date(1999, 12, 31) + timedelta(days=days))
_ARTICLES = [
    IndexArticle("22876", "Rullstol transport «å»", "122203", False, 24),
    IndexArticle("25800", 'Röstförstärkare "Falck" \\ 🙂', "220906", True, None),
]

entries = st.builds(
    IndexEntry,
    number=st.from_regex(r"\A[0-9]{4,8}\Z"),
    article=st.integers(0, 1),
    status=st.sampled_from(STATUSES),
    next_pm=_DAYS,
    scrapped_on=_DAYS,
    location=st.none() | st.integers(0, 1),
    flags=st.frozensets(st.sampled_from(FLAGS)),
    labels=st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 65_535)), max_size=3).map(tuple),
)
snapshots = st.lists(entries, max_size=30).map(
    lambda rows: DeviceIndex(list(_ARTICLES), ["Länsservice", "Piteå"], {row.number: row for row in rows})
)


@given(snapshots)
def test_what_goes_in_comes_out(index: DeviceIndex) -> None:
    """Leading zeros are part of a number: 0123 is not 00123."""
    content = encode(index)
    assert decode(content) == index
    assert unpack(pack(content)) == content
    assert encode(decode(content)) == content


@given(snapshots, snapshots)
def test_a_delta_leads_from_one_to_the_other(old: DeviceIndex, new: DeviceIndex) -> None:
    """Rows that changed, came and went."""
    before, after = encode(old), encode(new)
    assert apply(before, diff(before, after)) == after


def test_a_delta_carries_new_articles_and_places() -> None:
    """An article that is new, or expired since, is named; the others are not sent again."""
    old = DeviceIndex(_ARTICLES[:1], ["Länsservice"], {"1234": IndexEntry("1234", 0, "in_stock")})
    expired = IndexArticle("22876", "Rullstol transport «å»", "122203", True, 24)
    new = DeviceIndex([expired, _ARTICLES[1]], ["Länsservice", "Piteå"], {"1234": IndexEntry("1234", 1, "scrapped")})
    before, after = encode(old), encode(new)
    assert decode(apply(before, diff(before, after))) == new


def test_a_delta_of_another_snapshot_is_refused() -> None:
    """Nothing is guessed: the phone then fetches the whole."""
    one, two = (encode(DeviceIndex(list(_ARTICLES), [], {n: IndexEntry(n, 0, "lost")})) for n in ("1111", "2222"))
    delta = diff(one, two)
    with pytest.raises(IndexFormatError, match="another snapshot"):
        apply(two, delta)


@given(snapshots, st.data())
def test_a_cut_or_foreign_file_is_refused(index: DeviceIndex, data: st.DataObject) -> None:
    """Never an IndexError, never half an index."""
    content = encode(index)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    with pytest.raises(IndexFormatError):
        decode(cut)


def test_the_check_is_not_the_token() -> None:
    """16 of 256 bits of a hash."""
    assert token_check(bytes(range(32))) == 0x0001


def test_the_vectors_still_hold() -> None:
    """The phone reads the same file (pwa/client/src/index/format.test.ts)."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    old, new = bytes.fromhex(vectors["old"]), bytes.fromhex(vectors["new"])
    assert [index_hash(old), index_hash(new)] == [vectors["old_sha256"], vectors["new_sha256"]]
    assert diff(old, new).hex() == vectors["delta"]
    for number, fact in vectors["facts"].items():
        entry = decode(new).entries[number]
        assert [
            entry.article,
            entry.status,
            entry.next_pm and entry.next_pm.isoformat(),
            entry.scrapped_on and entry.scrapped_on.isoformat(),
            entry.location,
            sorted(entry.flags),
            [list(label) for label in entry.labels],
        ] == fact
