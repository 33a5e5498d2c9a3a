"""Envelopes: opened by this server alone, whole or not at all, with every key that it ever gave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from offline_sync.seal_key import key_id, load_seal_key, load_seal_keys, public_jwk, rotate_seal_key
from offline_sync.sealed import UnknownKey, Unopenable, content_digest, open_sealed, seal

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sealed_envelopes.json").read_text())
TAIL = '"id":"0190a000-0000-7000-8000-000000000001","type":"toy.set","v":1,"args":{"note":"åäö"}}'


def test_envelopes_of_the_phone_are_opened() -> None:
    """They were sealed by the phone's own code (src/sync/seal.ts)."""
    key = serialization.load_pem_private_key(VECTORS["private_key"].encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert public_jwk(key) == VECTORS["public_key"]
    keys = {key_id(key): key}
    for vector in VECTORS["envelopes"]:
        opened = open_sealed(vector["seq"], vector["envelope"], keys)
        assert opened.push_key == vector["push_key"]
        assert opened.command.raw.decode() == f'{{"seq":{vector["seq"]},{vector["tail"]}'
    for broken in VECTORS["broken"]:
        with pytest.raises(Unopenable):
            open_sealed(1, broken, keys)


def test_any_changed_character_is_noticed(tmp_path: Path) -> None:
    key = load_seal_key(tmp_path)
    envelope = seal("a push key", TAIL, key_id(key), key.public_key())
    keys = {key_id(key): key}
    assert open_sealed(3, envelope, keys).command.arguments == {"note": "åäö"}
    # The last character may hold bits that are no part of the bytes.
    for place in range(len(envelope) - 1):
        other = "A" if envelope[place] != "A" else "B"
        with pytest.raises(Unopenable):
            open_sealed(3, envelope[:place] + other + envelope[place + 1 :], keys)
        if place % 8 == 0:
            with pytest.raises(Unopenable):
                open_sealed(3, envelope[:place], keys)


def test_a_retired_key_still_opens_and_the_newest_is_given_out(tmp_path: Path) -> None:
    before = load_seal_key(tmp_path)
    envelope = seal("a push key", TAIL, key_id(before), before.public_key())
    newest = rotate_seal_key(tmp_path)
    keys = load_seal_keys(tmp_path)
    assert newest == key_id(keys.newest) != key_id(before)
    assert set(keys.by_id) == {newest, key_id(before)}
    assert open_sealed(1, envelope, keys.by_id).push_key == "a push key"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())


def test_another_servers_envelope_is_told_apart(tmp_path: Path) -> None:
    here, there = load_seal_key(tmp_path / "here"), load_seal_key(tmp_path / "there")
    envelope = seal("a push key", TAIL, key_id(there), there.public_key())
    with pytest.raises(UnknownKey):
        open_sealed(1, envelope, {key_id(here): here})


def test_the_content_is_the_command_without_its_number() -> None:
    first = content_digest(b'{"seq":1,"id":"a"}')
    assert first == content_digest(b'{"seq":4711,"id":"a"}') == content_digest(b'{ "seq" : 2, "id":"a"}')
    assert first != content_digest(b'{"seq":1,"id":"b"}')
