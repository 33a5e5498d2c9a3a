"""Cutting commands out of a push byte for byte, and comparing them."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.envelope import FrameError, holds_nul, read_command, read_frame, same_command

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters())
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=6,
)


def push(commands: list[bytes]) -> bytes:
    head = {"proto": "fieldsync/1", "push_id": "p", "device": str(UUID(int=1))}
    return json.dumps(head).encode()[:-1] + b', "commands" : [ ' + b" ,\n".join(commands) + b" ] }"


@given(st.lists(st.tuples(VALUES, st.booleans(), st.sampled_from([None, 1, 4])), max_size=5))
def test_every_command_keeps_its_own_bytes(parts: list[tuple[object, bool, int | None]]) -> None:
    """Whatever text, lone surrogates too, and however it is laid out."""
    commands = [
        json.dumps(
            {"seq": 1, "id": str(UUID(int=7)), "args": value}, ensure_ascii=True, indent=indent, sort_keys=order
        ).encode()
        for value, order, indent in parts
    ]
    _, slices = read_frame(push(commands))
    assert slices == commands


@pytest.mark.parametrize(
    "text",
    [
        "\\ud83d",
        "\\ude00",
        "\\ud83d\\ud83d\\ude00",
        "\\ud83d x",
        "\\\\ud83d",
        "\\ud83d\\ude00\\ude00",
        "\\uD83D\\uDE00",
    ],
)
def test_broken_characters_do_not_shift_the_cut(text: str) -> None:
    commands = [
        f'{{"seq": {seq}, "id": "{UUID(int=seq)}", "type": "a.b", "v": 1, "args": {{"t": "{text}"}}}}'.encode()
        for seq in (1, 2)
    ]
    _, slices = read_frame(push(commands))
    assert slices == commands
    assert read_command(slices[1]).seq == 2


@pytest.mark.parametrize("raw", [b"{}", b'{"seq": 1}', b'{"seq": 0, "id": "x"}', b"[]", b'{"seq": 1.5, "id": null}'])
def test_without_number_and_id_there_is_no_command(raw: bytes) -> None:
    with pytest.raises(FrameError):
        read_command(raw)


def test_only_the_number_may_differ() -> None:
    command = {"seq": 1, "id": str(uuid4()), "args": {"a": 1}}
    raw = json.dumps(command).encode()
    assert same_command(raw, raw)
    assert same_command(raw, json.dumps(command | {"seq": 2}).encode())
    assert not same_command(raw, json.dumps(command | {"seq": 2, "args": {"a": 2}}).encode())
    assert not same_command(raw, json.dumps(command, indent=1).encode()), "other bytes under the same number"
    assert not same_command(raw, b'{"seq": 2, "x": "\\ud83d"}')


def test_nul_is_found_anywhere() -> None:
    assert holds_nul({"a": [{"b\x00": 1}]})
    assert holds_nul(["x", "\x00"])
    assert not holds_nul({"a": ["\\u0000", 1, None, True]})
