"""The labels' other routes: what there is to print with and on, what can be printed, and what a scan means to staff.

Printing itself is the command ``label.print``; its file is read in file_routes.py, as often as needed while it is open.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.settings import Settings
from app.web.problems import not_found
from labels import arguments, plain, prints, schemas, setup
from labels.checks import require_printable, sample_label
from labels.file_routes import drawing_refused, named, print_plain_labels, print_return_label, print_routes
from labels.files import MEDIA
from labels.printing import Printer
from labels.profiles import calibration_sheet
from labels.render import render_png
from labels.sentences import LabelFault
from labels.staff_scan import resolve_for_staff
from labels.template import as_template
from offline_sync.dispatcher import Dispatcher

_PREVIEW_DPI = 203
_MOST_MISSING = 500


def label_routes(settings: Settings, printer: Printer, dispatcher: Dispatcher) -> tuple[HTTPRouteHandler, ...]:
    """Return all routes of the room; labels lead to the server's public address."""

    @get("/api/labels/setup", operation_id="get_label_setup", opt={"permission": "label.print"})
    async def get_label_setup(actor: NamedDependency[Actor]) -> schemas.LabelSetup:
        """Templates and print profiles in use."""
        return schemas.LabelSetup(
            templates=[
                schemas.TemplateItem(id=one.id, rv=one.rv, template=one.value)
                for one in await setup.templates_of(actor.region_id)
            ],
            profiles=[
                schemas.ProfileItem(id=one.id, rv=one.rv, profile=one.value)
                for one in await setup.profiles_of(actor.region_id)
            ],
            address=settings.public_url,
        )

    @post(
        "/api/labels/preview",
        status_code=200,
        operation_id="preview_label",
        opt={"permission": "label.print"},
        media_type="application/octet-stream",
    )
    async def preview_label(data: JSONBody[schemas.Preview], actor: NamedDependency[Actor]) -> Response[bytes]:
        """An example of a template as a picture, or the sentence with which it would be refused at save."""
        policy = await current_policy(actor.region_id, datetime.now(UTC))
        number = await prints.longest_number(actor.region_id)
        try:
            template = as_template(data.template)
            sample = sample_label(template, settings.public_url, policy.label_owner, policy.label_phone, number)
            if template.kind != "device":
                sample = plain.with_example(sample, data.code, data.text)
            require_printable(template, [sample])
            content = render_png(template, sample, _PREVIEW_DPI, colour=True)
        except LabelFault as fault:
            raise drawing_refused(fault) from None
        return Response(content, media_type=MEDIA["png"], headers={"Cache-Control": "no-store"})

    return (
        *print_routes(printer, dispatcher),
        print_plain_labels,
        print_return_label,
        get_label_setup,
        preview_label,
        find_label_candidates,
        list_label_prints,
        get_missing_labels,
        get_calibration_sheet,
        resolve_scan,
    )


@get("/api/labels/candidates", operation_id="find_label_candidates", opt={"permission": "label.print"})
async def find_label_candidates(
    actor: NamedDependency[Actor],
    number: Annotated[str, QueryParameter(max_length=9, pattern=r"^(|\*?[0-9]{1,8}|[0-9]{1,8}\*)$")] = "",
    article_number: Annotated[str, QueryParameter(max_length=60)] = "",
    unlabelled: FromQuery[bool] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
) -> schemas.CandidateList:
    """Find the devices that a print by search would take."""
    search = arguments.DeviceSearch(number=number, article_number=article_number, unlabelled=unlabelled)
    rows = await prints.search_devices(actor.region_id, search, limit)
    total = await prints.count_devices(actor.region_id, search)
    return schemas.CandidateList(items=[schemas.Candidate(**dict(row)) for row in rows], total=total)


@get("/api/labels/prints", operation_id="list_label_prints", opt={"permission": "label.print"})
async def list_label_prints(
    actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20
) -> schemas.PrintList:
    """The region's prints, open ones first."""
    rows = await prints.list_prints(actor.region_id, limit)
    return schemas.PrintList(items=[schemas.PrintItem(**dict(row)) for row in rows])


@get("/api/labels/prints/{print_id:uuid}/missing", operation_id="get_missing_labels", opt={"permission": "label.print"})
async def get_missing_labels(actor: NamedDependency[Actor], print_id: FromPath[UUID]) -> schemas.PrintMissing:
    """Which labels of a print nobody has scanned yet."""
    made = await prints.find_print(actor.region_id, print_id)
    if made is None:
        raise not_found()
    missing = await prints.missing_numbers(made, _MOST_MISSING)
    return schemas.PrintMissing(count=made.count, verified=await prints.count_verified(made.id), missing=missing)


@get(
    "/api/labels/calibration/{profile_id:uuid}",
    operation_id="get_calibration_sheet",
    opt={"permission": "label.print"},
    media_type="application/octet-stream",
)
async def get_calibration_sheet(actor: NamedDependency[Actor], profile_id: FromPath[UUID]) -> Response[bytes]:
    """One page with two crosses to measure."""
    profile = await setup.find_profile(actor.region_id, profile_id)
    if profile is None:
        raise not_found()
    content = calibration_sheet(profile, actor.language)
    return Response(content, media_type=MEDIA["pdf"], headers=named("kalibrering.pdf"))


@post("/api/labels/resolve", status_code=200, operation_id="resolve_scan", opt={"permission": "device.read"})
async def resolve_scan(data: JSONBody[schemas.ResolveScan], actor: NamedDependency[Actor]) -> schemas.Resolved:
    """What a scan means: our label old or new, a number, K-number, serial number or a maker's GS1 code."""
    return await resolve_for_staff(actor, data.raw)
