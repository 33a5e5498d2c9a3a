"""Files of labels: one at once, a print's, and labels without tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from app.database import new_id
from app.identity.actor import Actor
from app.web.problems import Problem, not_found
from labels import arguments, plain, prints, schemas, setup
from labels.files import MEDIA, FileFormat, make_file, maker_of
from labels.printing import Printer
from labels.profiles import PrintProfile
from labels.sentences import SENTENCES, LabelFault
from labels.template import LabelContent, LabelTemplate
from offline_sync.commands import CommandRefused
from offline_sync.dispatcher import Dispatcher, OfficeCommand
from offline_sync.problems import refused, told
from offline_sync.sentences import Sentences

_RETURN_DPI = 203
_SENTENCES = Sentences((SENTENCES,))


def print_routes(printer: Printer, dispatcher: Dispatcher) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes that need a print's tokens or say why something is refused."""

    # A POST, for each print makes a new token (SR-06).
    @post(
        "/api/labels",
        status_code=200,
        operation_id="print_label",
        opt={"permission": "label.print"},
        media_type="application/octet-stream",
    )
    async def print_label(data: JSONBody[schemas.PrintLabel], actor: NamedDependency[Actor]) -> Response[bytes]:
        """Print the device's next label; the file is named by the device number alone (SR-07)."""
        command = OfficeCommand(id=new_id(), args=arguments.Print(numbers=(data.number,), replace_live=True))
        try:
            with told():
                await dispatcher.office(actor, "label.print", command)
        except CommandRefused as error:
            raise refused(error, _SENTENCES) from None
        made = await prints.find_print(actor.region_id, command.id)
        if made is None:
            raise not_found()
        maker = maker_of(data.format, made.template, None, count=1, start=1, dpi=data.dpi)
        try:
            content = b"".join([piece async for piece in make_file(maker, printer.labels(made))])
        except LabelFault as fault:
            raise drawing_refused(fault) from None
        return Response(content, media_type=MEDIA[data.format], headers=named(f"{data.number}.{data.format}"))

    @get(
        "/api/labels/prints/{print_id:uuid}/file",
        operation_id="get_label_file",
        opt={"permission": "label.print"},
    )
    async def get_label_file(
        actor: NamedDependency[Actor],
        print_id: FromPath[UUID],
        profile_id: FromQuery[UUID | None] = None,
        file_format: Annotated[FileFormat, QueryParameter(name="format")] = "pdf",
        start: Annotated[int, QueryParameter(ge=1, le=1800)] = 1,
        dpi: Annotated[int, QueryParameter(ge=100, le=1200)] = 203,
    ) -> Stream:
        """The labels of an open print, as often as they are asked for."""
        made = await prints.find_print(actor.region_id, print_id)
        if made is None:
            raise not_found()
        if made.state != "open":
            raise refused(CommandRefused("label.print_closed"), _SENTENCES)
        name = made.first_number if made.count == 1 else "etiketter"
        paper = await _paper(actor, profile_id)
        return _file(made.template, paper, file_format, made.count, start, dpi, name, printer.labels(made))

    return (print_label, get_label_file)


@post(
    "/api/labels/plain",
    status_code=200,
    operation_id="print_plain_labels",
    opt={"permission": "label.print"},
)
async def print_plain_labels(data: JSONBody[schemas.PlainSheet], actor: NamedDependency[Actor]) -> Stream:
    """Labels without tokens: next maintenance, return, contaminated, deviation, load carrier, shelf."""
    template = await setup.find_template(actor.region_id, data.template_id)
    if template is None or template.kind == "device":
        raise not_found()
    contents = await plain.contents_of(actor, template, data.items)
    if isinstance(contents, CommandRefused):
        raise not_found() if len(data.items) == 1 else refused(contents, _SENTENCES)
    paper = await _paper(actor, data.profile_id)
    name = template.kind if len(contents) > 1 or not contents[0].number else contents[0].number.replace(" ", "")
    return _file(template, paper, data.format, len(contents), data.start, data.dpi, name, _batches(contents), contents)


# the unit that returns prints it. Its scope is that of looking up a device.
@post(
    "/api/labels/return",
    status_code=200,
    operation_id="print_return_label",
    opt={"permission": "device.read"},
)
async def print_return_label(data: JSONBody[schemas.ReturnLabel], actor: NamedDependency[Actor]) -> Stream:
    """A return label, one to the page, for one's own device or to be filled in by hand (R-268 to R-271)."""
    listed = await setup.templates_of(actor.region_id)
    template = next((one.value for one in listed if one.value.kind == "return"), None)
    if template is None or not await plain.may_see(actor, data.code):
        raise not_found()
    contents = await plain.contents_of(actor, template, (schemas.PlainItem(code=data.code),))
    if isinstance(contents, CommandRefused):
        raise not_found()
    name = data.code or "retur"
    return _file(template, None, "pdf", 1, 1, _RETURN_DPI, name, _batches(contents), contents)


async def _paper(actor: Actor, profile_id: UUID | None) -> PrintProfile | None:
    if profile_id is None:
        return None
    profile = await setup.find_profile(actor.region_id, profile_id)
    if profile is None:
        raise not_found()
    return profile


def _file(
    template: LabelTemplate,
    paper: PrintProfile | None,
    file_format: FileFormat,
    count: int,
    start: int,
    dpi: int,
    name: str,
    labels: AsyncIterator[Sequence[LabelContent]],
    samples: Sequence[LabelContent] = (),
) -> Stream:
    try:
        maker = maker_of(file_format, template, paper, count=count, start=start, dpi=dpi)
        if samples:
            # Before the first byte has left: a file that breaks off half-way says nothing about why.
            maker_of(file_format, template, paper, count=count, start=start, dpi=dpi).add(samples)
    except LabelFault as fault:
        raise drawing_refused(fault) from None
    return Stream(
        make_file(maker, labels),
        media_type=MEDIA[maker.extension],
        headers=named(f"{name}.{maker.extension}") | {"Turbil-Labels": str(count)},
    )


async def _batches(contents: Sequence[LabelContent]) -> AsyncIterator[Sequence[LabelContent]]:
    yield contents


def named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def drawing_refused(fault: LabelFault) -> Problem:
    return Problem(
        422,
        fault.code,
        sv=("Etiketten går inte att skriva ut så", fault.swedish),
        en=("The label cannot be printed like that", fault.english),
    )
