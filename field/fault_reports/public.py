"""The public's routes: no session, no cookie, and no secret in an address of ours (SR-06, SR-12, SR-13).

A label's token and a report's secret travel in bodies and in one header. Whatever is not valid is answered alike.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, cast
from uuid import UUID

from litestar import Request, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, JSONBody, QueryParameter

from app.database import Record
from app.identity.permissions import PUBLIC
from app.messages.endpoints import EndpointRefused, check_endpoint
from app.policy.repository import NoPolicyError, current_policy
from app.settings import Settings
from app.web.pictures import MAX_BYTES, PictureRefused, clean_picture
from app.web.problems import FieldError, Problem, not_found
from field.fault_reports import limits, repository
from field.fault_reports.arguments import SubmitReport
from field.fault_reports.kinds import kind_of
from field.fault_reports.limits import Limit
from field.fault_reports.problems import photo_refused, region_needed, too_many, too_many_bytes, what_is_missing
from field.fault_reports.schemas import (
    FormFacts,
    LabelText,
    NewReport,
    Nothing,
    PublicPushKey,
    PublicRegion,
    Receipt,
    ReportStatus,
    Tracked,
    TrackedSubscription,
)
from field.fault_reports.sentences import SENTENCES
from labels.payload import InvalidTokenError, OwnLabel, parse_scan, token_hash
from labels.tokens import load_print_key, print_token
from offline_sync.blobs import BlobStore
from offline_sync.commands import CommandRefused
from offline_sync.dispatcher import Dispatcher, OfficeCommand
from offline_sync.problems import refused
from offline_sync.sentences import Sentences

log = logging.getLogger("turbil.public")

_SENTENCES: Final = Sentences([SENTENCES])
_PATH_OF_A_LABEL: Final = re.compile("[0-9]{4,8}-[0-9]{1,4}-[0-9A-Za-z]{26}")
#: The secret of a report's page is made of the form's id under this key, so a form sent again adds nothing.
_TRACKING_KEY: Final = "fault-report.key"
_TRACKING: Final = b"fault_report"
_PUBLIC: Final = {"permission": PUBLIC}


@dataclass(frozen=True)
class _Subject:
    """What a report is about. ``label`` is the token's hash of a valid label."""

    region_id: UUID | None
    label: bytes | None = None
    number: str | None = None


@post("/api/public/form", status_code=200, operation_id="public_form", opt=_PUBLIC)
async def public_form(data: JSONBody[LabelText], request: Request[Any, Any, Any]) -> FormFacts:
    """Return what the form may say about a label: the kind of thing and the region, nothing of who has it."""
    regions = [PublicRegion(code=row["code"], name=row["name"]) for row in await repository.regions()]
    if data.payload is not None:
        _, label = _read_label(data.payload)
        found = None if label is None else await repository.valid_label(label, datetime.now(UTC))
        if found is not None:
            name, phone = await _region(found.region_id)
            thing = await repository.thing(found.device_id)
            return FormFacts(
                known=True,
                article_name=thing["article_name"],
                region_name=name,
                region_phone=phone,
                regions=regions,
                kind=kind_of(thing["iso_class"]),
                open_since=thing["open_since"],
            )
        await _admit(limits.of_bad_secrets(_address(request)))
    return FormFacts(
        known=False,
        article_name="",
        region_name="",
        region_phone="",
        regions=regions,
        kind="other",
        open_since=None,
    )


async def _take_in(data: NewReport, request: Request[Any, Any, Any]) -> UUID:
    """Keep a report, or find the one that it is a repeat of; returns the report's id."""
    subject = await _subject(data, _address(request))
    label = None if subject.label is None else subject.label.hex()
    if subject.region_id is None:
        raise region_needed()
    if not await repository.submitted(data.id):
        numbered = [] if label is not None else limits.of_numbers(_address(request))
        about = limits.of_subject(label, subject.region_id, subject.number)
        await _admit([*about, *numbered, *limits.of_sender(_address(request))])
    arguments = SubmitReport(
        label=label,
        number=subject.number,
        topic=data.topic,
        text=data.text,
        part=data.part,
        side=data.side,
        contact_name=data.contact_name.strip(),
        contact_phone=data.contact_phone.strip(),
        language=data.language,
    )
    dispatcher = cast("Dispatcher", request.app.state["dispatcher"])
    try:
        command = OfficeCommand(data.id, arguments, aggregate=data.id)
        result = await dispatcher.public(subject.region_id, "fault_report.submit", command)
    except CommandRefused as error:
        raise refused(error, _SENTENCES) from None
    return UUID(result.result["report_id"])


@post("/api/public/status", status_code=200, operation_id="fault_report_status", opt=_PUBLIC)
async def fault_report_status(data: JSONBody[Tracked], request: Request[Any, Any, Any]) -> ReportStatus:
    """Return how a report stands."""
    report = await _tracked(data.tracking, request)
    _, phone = await _region(report["region_id"])
    shown = ("state", "received_at", "answer", "work", "article_name", "region_name")
    return ReportStatus(region_phone=phone, **{name: report[name] for name in shown})


def public_routes(settings: Settings, public_key: str, blobs: BlobStore) -> tuple[HTTPRouteHandler, ...]:
    """The routes; four of them know the server's keys or where photographs lie."""
    tracking_key = load_print_key(settings.data / "keys", _TRACKING_KEY)
    # One photograph takes up to 150 MiB while it is made anew (SR-13); the others wait their turn.
    one_at_a_time = asyncio.Semaphore(1)

    @post("/api/public/reports", operation_id="submit_fault_report", opt=_PUBLIC)
    async def submit_fault_report(data: JSONBody[NewReport], request: Request[Any, Any, Any]) -> Receipt:
        """Take in a report; the answer is the secret of its page, the same for the same form sent again."""
        report_id = await _take_in(data, request)
        tracking = print_token(tracking_key, _TRACKING, data.id)
        await repository.insert_link(token_hash(tracking), report_id)
        return Receipt(tracking=tracking)

    @put(
        "/api/public/reports/photos",
        operation_id="put_fault_report_photo",
        status_code=204,
        request_max_body_size=MAX_BYTES + 1,
        opt={**_PUBLIC, "body": "bytes"},
    )
    async def put_fault_report_photo(
        request: Request[Any, Any, Any],
        tracking: Annotated[str, HeaderParameter(name="Turbil-Tracking", max_length=200)],
        position: Annotated[int, QueryParameter(ge=1, le=3)],
    ) -> None:
        """Keep a photograph in its place of the report, as long as nobody has decided about it."""
        report = await _tracked(tracking, request)
        if report["state"] != "received":
            raise photo_refused("fault_report.photo_late")
        await _admit(limits.of_photos(_address(request), report["region_id"]))
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BYTES:
                raise too_many_bytes(MAX_BYTES)
        try:
            async with one_at_a_time:
                picture = await asyncio.to_thread(clean_picture, bytes(content))
        except PictureRefused as error:
            raise photo_refused(f"fault_report.{error.code}") from None
        digest = await blobs.keep(picture)
        await repository.save_photo(report["region_id"], report["id"], position, digest, len(picture))

    @post("/api/public/status/push", status_code=204, operation_id="subscribe_to_fault_report", opt=_PUBLIC)
    async def subscribe_to_fault_report(data: JSONBody[TrackedSubscription], request: Request[Any, Any, Any]) -> None:
        """Tell this browser when something happens to the report (SR-26)."""
        report = await _tracked(data.tracking, request)
        wanted = data.subscription
        try:
            check_endpoint(wanted.endpoint, settings.push_hosts, allow_loopback=settings.push_loopback)
        except EndpointRefused:
            raise Problem(
                400,
                "push.endpoint_refused",
                sv=("Den här webbläsaren kan inte få notiser", "Spara länken och titta här igen i stället."),
                en=("This browser cannot get notifications", "Keep the link and look here again instead."),
                errors=[FieldError("subscription.endpoint", "not allowed")],
            ) from None
        await repository.save_subscription(
            report["id"],
            endpoint=wanted.endpoint,
            p256dh=wanted.keys.p256dh,
            auth=wanted.keys.auth,
            language=report["language"],
        )

    @post("/api/public/push-key", status_code=200, operation_id="public_push_key", opt=_PUBLIC)
    async def public_push_key(data: JSONBody[Nothing]) -> PublicPushKey:
        """Return the key a browser subscribes with."""
        return PublicPushKey(public_key=public_key)

    return (
        public_form,
        submit_fault_report,
        fault_report_status,
        put_fault_report_photo,
        subscribe_to_fault_report,
        public_push_key,
    )


async def _subject(data: NewReport, address: str) -> _Subject:
    """Return what the report is about: a valid label's device, else a number in a region, named or the only one."""
    number = data.number
    if data.payload is not None:
        printed, label = _read_label(data.payload)
        found = None if label is None else await repository.valid_label(label, datetime.now(UTC))
        if found is not None:
            return _Subject(found.region_id, label=label)
        await _admit(limits.of_bad_secrets(address))
        # An old label: the number that is printed on it names the thing as well as a typed one does.
        number = number or printed
    if number is None:
        raise what_is_missing()
    regions = await repository.regions()
    named = [row["id"] for row in regions if row["code"] == data.region_code or len(regions) == 1]
    return _Subject(named[0] if named else None, number=number)


def _read_label(text: str) -> tuple[str | None, bytes | None]:
    """Return the number that is printed on a label and the hash of its token; None for what is not there."""
    text = text.strip()
    scan = parse_scan(f"https://label/F/{text}" if _PATH_OF_A_LABEL.fullmatch(text) else text)
    return (scan.number, token_hash(scan.token)) if isinstance(scan, OwnLabel) else (None, None)


async def _tracked(tracking: str, request: Request[Any, Any, Any]) -> Record:
    try:
        found = await repository.report_of_link(token_hash(tracking))
    except InvalidTokenError:
        found = None
    if found is None:
        await _admit(limits.of_bad_secrets(_address(request)))
        raise not_found()
    return found


async def _admit(wanted: Sequence[Limit]) -> None:
    seconds = await limits.admit(wanted)
    if seconds:
        log.warning("public limit reached: %s", ", ".join(sorted({limit.kind for limit in wanted})))
        raise too_many(seconds)


async def _region(region_id: UUID) -> tuple[str, str]:
    """Return the region's name and the phone number that its labels carry."""
    name = next((row["name"] for row in await repository.regions() if row["id"] == region_id), "")
    try:
        return name, (await current_policy(region_id, datetime.now(UTC))).label_phone
    except NoPolicyError:
        return name, ""


def _address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""
