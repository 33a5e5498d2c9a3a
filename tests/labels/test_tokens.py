"""A print's tokens: random to whoever lacks seed or key, the same to whoever has both (SR-06)."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest

from app.database import new_id
from labels.payload import CROCKFORD_ALPHABET, canonical_token
from labels.tokens import FILE_NAME, load_print_key, new_seed, print_token


def test_tokens_follow_from_key_seed_and_label_and_from_nothing_less(tmp_path: Path) -> None:
    key, seed, label = load_print_key(tmp_path), new_seed(), new_id()
    token = print_token(key, seed, label)
    assert token == print_token(load_print_key(tmp_path), seed, label) == canonical_token(token)
    assert len({token, print_token(key, new_seed(), label), print_token(key, seed, new_id())}) == 3
    assert print_token(load_print_key(tmp_path / "other"), seed, label) != token


def test_every_bit_is_used() -> None:
    """Ids of one batch differ in few bits; their tokens take all 32 values evenly at each of the 26 places."""
    key, seed = b"k" * 32, new_seed()
    tokens = [print_token(key, seed, new_id()) for _ in range(20_000)]
    assert len(set(tokens)) == len(tokens)
    for place in range(26):
        counts = Counter(token[place] for token in tokens)
        assert set(counts) == set(CROCKFORD_ALPHABET)
        assert sum((count - 625) ** 2 / 625 for count in counts.values()) < 100


def test_the_key_is_a_file_for_the_server_alone(tmp_path: Path) -> None:
    load_print_key(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    (tmp_path / FILE_NAME).write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        load_print_key(tmp_path)
