"""SR-07: no patient identifier leaves by push, URL, QR, log, file name, error or message.

The main flows are run with people whose every text can be recognised, and every byte that comes out is searched. What
is typed in free text has canaries of its own (``Qz...``): it may be read in the order and nowhere else.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image

from app.database import Database, execute, fetch
from app.jobs import run_due
from field.protocols import load_templates, template_hash
from tests.security.house import CANARIES, House, Operation, canaries, open_house, operations, sample
from tests.support.builders import close_args, time_entry
from tests.support.database import DatabaseServer
from tests.support.http import ORIGIN
from tests.support.push_service import Browser, PushService, push_service

#: Typed by people into free text; found nowhere but in the order itself.
TYPED: Final = ("Qzfeltext", "Qzkommentar", "Qzanteckning", "Qzsvar")
PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass
class Captured:
    """Everything that left, by where it left."""

    records: list[str] = field(default_factory=list)
    answers: list[tuple[str, httpx.Response]] = field(default_factory=list)


class _Recorder(logging.Handler):
    """Keeps every record of every logger, with its traceback, but for what the test's own client says."""

    def __init__(self, records: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        text = logging.Formatter("%(name)s %(message)s").format(record)
        if not (record.name.startswith(("httpx", "httpcore")) and ORIGIN in text):
            self._records.append(f"{text} {record.__dict__.get('args')!r}")


@pytest.fixture
def captured() -> Iterator[Captured]:
    """All loggers at DEBUG, recorded."""
    kept = Captured()
    recorder = _Recorder(kept.records)
    root = logging.getLogger()
    before = root.level
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    for name in levels:
        if not name.startswith("asyncio"):
            logging.getLogger(name).setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(recorder)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def service() -> Iterator[PushService]:
    """The browsers' push service."""
    with push_service() as running:
        yield running


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """The world, with background work, pushing to loopback."""
    async with open_house(database, tmp_path, jobs=True, push_loopback=True) as opened:
        yield opened


def found(content: bytes | str) -> set[str]:
    """Whose data, and which typed words, are in the bytes."""
    return canaries(content) | canaries(content, TYPED)


def head_of(answer: httpx.Response) -> str:
    """Status line and headers."""
    return f"{answer.url} " + " ".join(f"{key}: {value}" for key, value in answer.headers.items())


async def test_the_search_finds_every_way_of_writing() -> None:
    """The net is whole: otherwise all that follows would pass for nothing."""
    name = CANARIES["own"].columns["first_name"]
    for text in (name, name.upper(), quote(name), json.dumps({"x": name}), f"tel:{CANARIES['own'].columns['mobile']}"):
        assert canaries(text) == {"own"}, text
    assert canaries(name.encode("utf-16-le")) == {"own"}
    assert canaries(CANARIES["own"].columns["entry_code"]) == {"own"}
    assert canaries("Hjälpmedel 104901") == set()


async def _command(house: House, letter: str, name: str, args: dict[str, Any], aggregate: UUID) -> httpx.Response:
    answer = await house.clients[letter].post(
        f"/api/commands/{name}", json={"id": str(uuid4()), "aggregate": str(aggregate), "args": args}
    )
    assert answer.status_code == 200, answer.text
    return answer


async def _register(house: House) -> tuple[UUID, httpx.Response]:
    order = uuid4()
    answer = await _command(
        house,
        "R",
        "work_order.register",
        {
            "type": "corrective",
            "fault_text": "Qzfeltext",
            "proposed_priority": 2,
            "proposed_place": "at_holder",
            "device_number": house.own.device_number,
        },
        order,
    )
    return order, answer


def _photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "JPEG")
    return content.getvalue()


async def test_no_canary_leaves_where_it_must_not(
    house: House, captured: Captured, service: PushService, database_server: DatabaseServer
) -> None:
    phone_browser = Browser()
    for letter in "RTPC":
        answer = await house.clients[letter].post(
            "/api/push/subscriptions",
            json={"endpoint": service.endpoint(letter), "keys": phone_browser.keys},
        )
        assert answer.status_code == 201
    order, registered = await _register(house)
    cancelled, _ = await _register(house)
    silent = [registered]
    given = {"technician_id": str(house.user("T").id)}
    silent += [await _command(house, "P", "work_order.assign", given, work) for work in (order, cancelled)]
    reason = {"reason": "other", "note": "Qzanteckning"}
    silent.append(await _command(house, "P", "work_order.cancel", reason, cancelled))

    phone = house.phones["T"]
    await phone.sync()
    row = phone.rows["work_order"][order]
    assert found(json.dumps(row)) == {"own", "Qzfeltext"}, "the assigned technician has what the visit needs"

    photo = _photo()
    template = load_templates()["patient_lift"]
    phone.record(
        "work_order.report",
        {
            "time_entries": [time_entry(comment="Qzkommentar")],
            "protocol": {
                "id": str(uuid4()),
                "template_id": template.id,
                "template_version": template.version,
                "template_sha256": template_hash(template),
                "answers": {"identity.kind": "mobile", "Qzsvar": "Qzsvar"},
                "signed_at": datetime.now(UTC).isoformat(),
            },
        },
        aggregate=order,
        blobs={"photo": photo},
    )
    closing = phone.record("work_order.close", close_args(), aggregate=order)
    push = await phone.post_push(phone.push_body())
    phone.accept_push(push)
    assert phone.verdicts[closing]["verdict"] == "applied", phone.verdicts[closing]
    silent.append(push)
    silent.append(await phone.put_blob(hashlib.sha256(photo).hexdigest()))
    # A close that does not fit is kept and asks a person: a new one, on the cancelled order.
    phone.record("work_order.close", close_args(time_entries=[time_entry(comment="Qzkommentar")]), aggregate=cancelled)
    push = await phone.post_push(phone.push_body())
    phone.accept_push(push)
    silent.append(push)
    await phone.sync()

    # Lists, messages and answers that show nobody.
    for letter in "TPCR":
        browser = house.clients[letter]
        silent += [
            await browser.get("/api/messages"),
            await browser.get("/api/work-orders?state=all"),
            await browser.get("/api/devices?number=1049*"),
            await browser.get("/schema/openapi.json"),
            await browser.get("/api/session"),
        ]
    silent += [
        await house.clients["P"].get("/api/reviews"),
        await house.clients["T"].get("/api/reviews"),
        await house.clients["P"].get("/api/teams"),
        await house.clients["P"].get("/api/technicians"),
        await house.clients["W"].get(f"/api/devices/{house.own.device_number}"),
        await house.clients["T"].get(f"/api/devices/{house.own.device_number}"),
        await house.clients["-"].get("/healthz"),
        await house.clients["-"].get("/"),
    ]
    assert [(head_of(answer), found(answer.content)) for answer in silent if found(answer.content)] == []
    for kind in ("message", "command", "device", "policy", "bundle"):
        assert found(str(phone.rows.get(kind, {}))) == set(), kind

    # Pushes, decrypted with the subscription's own key.
    deliveries = await asyncio.to_thread(service.wait_for, 3)
    for delivery in deliveries:
        for part in (delivery.path, str(delivery.headers), json.dumps(phone_browser.decrypt(delivery.body))):
            assert found(part) == set()

    # The order itself, whole: the positive control of the office, and no address or header that names anybody.
    number = registered.json()["result"]["number"]
    detail = await house.clients["P"].get(f"/api/work-orders/{number}")
    assert found(detail.content) >= {"own", "Qzfeltext", "Qzkommentar"}
    assert found(head_of(detail)) == set()

    await _check_labels(house)
    _check_disk(house.data, database_server)
    assert [record for record in captured.records if found(record)] == []
    assert any("work_order.close" in record or "method=POST" in record for record in captured.records)
    jobs = await fetch("select args::text || last_error as text from job")
    assert jobs
    assert [row["text"] for row in jobs if found(row["text"])] == []
    told = await fetch("select params::text as text from message")
    assert told
    assert [row["text"] for row in told if found(row["text"])] == []


async def _check_labels(house: House) -> None:
    """Prints of a held device: the picture's bytes, its decoded symbol, the PDF's text, the file's name."""
    png = await house.clients["P"].post(
        "/api/labels", json={"number": house.own.device_number, "format": "png", "dpi": 300}
    )
    assert png.content.startswith(PNG)
    picture = Image.open(io.BytesIO(png.content))
    picture.load()
    symbols = zxingcpp.read_barcodes(picture.convert("L"))
    assert symbols
    parts: list[str | bytes] = [png.content, *(symbol.text for symbol in symbols)]
    parts += [json.dumps(picture.info, default=str), head_of(png)]
    pdf = await house.clients["P"].post("/api/labels", json={"number": house.own.device_number, "format": "pdf"})
    document = pypdfium2.PdfDocument(pdf.content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert house.own.device_number in text.replace(" ", "")
    parts += [pdf.content, text, json.dumps(document.get_metadata_dict()), head_of(pdf)]
    document.close()
    assert [found(part) for part in parts] == [set()] * len(parts)


def _check_disk(data: Path, database_server: DatabaseServer) -> None:
    """Names below the data folder, small files but the blobs themselves, and PostgreSQL's own log."""
    files = [path for path in data.rglob("*") if path.is_file()]
    assert any(path.parent.name == "blobs" or "blobs" in path.parts for path in files)
    assert [path for path in files if found(str(path))] == []
    assert [path for path in files if found(path.read_bytes())] == []
    logs = list(database_server.embedded._folder.glob("server.log*"))
    assert logs
    assert [path for path in logs if found(path.read_bytes())] == []


# ---------------------------------------------------------------- errors


def _bad_bodies(document: dict[str, Any], operation: Operation) -> Iterator[dict[str, Any]]:
    """Bodies with a canary where it does not belong: wrong types, unknown fields, unknown choices, too long."""
    assert operation.body is not None
    word = CANARIES["own"].columns["first_name"]
    body = sample(document, operation.body)
    yield {**body, "extra": word}
    for holder in (body, body.get("args")):
        if not isinstance(holder, dict):
            continue
        for key in list(holder):
            for value in (word, [word], {"x": word}, word * 400):
                changed = {**holder, key: value}
                yield changed if holder is body else {**body, "args": changed}


async def test_no_error_repeats_what_was_sent(house: House, captured: Captured) -> None:
    document = house.document()
    wrong = []
    tried = 0
    for operation in operations(document):
        if operation.body is None or operation.name in {"sign_in", "change_password", "sign_out"}:
            continue
        letter = "T" if operation.path.startswith("/api/commands") else "P"
        for body in _bad_bodies(document, operation):
            answer = await house.clients[letter].request(operation.method, operation.address(), json=body)
            tried += 1
            if answer.status_code >= 400 and (found(answer.content) or found(head_of(answer).split(" ", 1)[1])):
                wrong.append((operation.name, answer.status_code, answer.text[:300]))
    assert tried > 200
    assert wrong == []
    assert [record for record in captured.records if found(record)] == []


async def test_no_address_that_misses_is_repeated_or_logged(house: House, captured: Captured) -> None:
    """People paste names into address bars; the answer and the log must not keep them."""
    word = quote(CANARIES["own"].columns["last_name"])
    personal = CANARIES["own"].columns["personal_number"]
    wrong = []
    for text in (word, personal):
        for address in (
            f"/api/work-orders/{text}",
            f"/api/devices/{text}",
            f"/api/devices?number={text}",
            f"/api/devices?number=1&limit={text}",
            f"/api/work-orders?q={text}",
            f"/api/work-orders?cursor={text}",
            f"/api/work-orders?team={text}",
            f"/api/articles?q={text}",
            f"/api/numbers/{text}",
            f"/api/reference/{text}",
            f"/api/{text}",
            f"/schema/{text}",
            f"/{text}.js",
            f"/F/{text}",
        ):
            answer = await house.clients["P"].get(address)
            sent = head_of(answer).split(" ", 1)[1]
            if found(answer.content) or found(sent):
                wrong.append((address, answer.status_code, answer.text[:300]))
    assert wrong == []
    assert [record for record in captured.records if found(record)] == []


async def test_a_fault_in_the_server_tells_nobody_about_the_row(
    house: House, captured: Captured, database_server: DatabaseServer
) -> None:
    """A constraint that breaks quotes the row in PostgreSQL's own words; they must reach neither answer nor log."""
    log = database_server.embedded._folder / "server.log"
    start = log.stat().st_size
    await execute(
        "create function break_order() returns trigger language plpgsql as"
        " $$ begin raise exception 'row % %', new.contact_name, new.street using errcode = '23514',"
        " detail = new.contact_name, hint = new.entry_code; end $$"
    )
    await execute("create trigger break_order before update on work_order for each row execute function break_order()")
    body = {"id": str(uuid4()), "aggregate": str(house.own.order.id), "args": {"technician_id": None}}
    answer = await house.clients["P"].post("/api/commands/work_order.assign", json=body)
    assert answer.status_code == 500
    assert found(answer.content) == set()
    phone = house.phones["T"]
    command = phone.record("work_order.start", {"at": datetime.now(UTC).isoformat()}, aggregate=house.own.order.id)
    push = await phone.post_push(phone.push_body())
    phone.accept_push(push)
    assert phone.verdicts[command]["verdict"] == "parked"
    assert found(push.content) == set()
    await execute("drop trigger break_order on work_order")
    # A job that fails with a row in its error.
    await execute(
        "create function break_message() returns trigger language plpgsql as"
        f" $$ begin raise exception '{CANARIES['own'].columns['last_name']}'; end $$"
    )
    await execute(
        "create trigger break_touch before insert or delete on sync_touch for each statement"
        " execute function break_message()"
    )
    await execute("insert into job (id, kind) values ($1, 'sync.prune_touches')", uuid4())
    handlers = {name: job for room in house.app.state["features"] for name, job in room.jobs.items()}
    await run_due(handlers)
    assert any("sync.prune_touches" in record for record in captured.records), "the job has failed and said so"
    assert [record for record in captured.records if found(record)] == []
    assert found(log.read_bytes()[start:]) == set()
