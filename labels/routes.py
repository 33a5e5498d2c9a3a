"""Printing a device label."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from app.database import unit_of_work
from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.registry.repository import device_by_number
from app.settings import Settings
from app.web.problems import Problem, not_found
from app.web.structs import Body
from labels.render import DEFAULT_TEMPLATE, DeviceLabel, LabelTooSmall, render_pdf, render_png
from labels.service import TooManyLabelsError, issue_label

_MEDIA = {"png": "image/png", "pdf": "application/pdf"}


class PrintLabel(Body, frozen=True, kw_only=True):
    """Which label; ``dpi`` is the printer's dots per inch and matters for PNG only."""

    number: Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
    format: Literal["png", "pdf"] = "pdf"
    dpi: Annotated[int, Meta(ge=100, le=1200)] = 203


def label_routes(settings: Settings) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes; labels lead to the server's public address."""

    # A POST, for each print makes a new token (SR-06).
    @post(
        "/api/labels",
        status_code=200,
        operation_id="print_label",
        opt={"permission": "label.print"},
        media_type="application/octet-stream",
    )
    async def print_label(data: JSONBody[PrintLabel], actor: NamedDependency[Actor]) -> Response[bytes]:
        """Print the device's next label; the file is named by the device number alone (SR-07)."""
        device = await device_by_number(actor.region_id, data.number)
        if device is None:
            raise not_found()
        policy = await current_policy(actor.region_id, datetime.now(UTC))
        try:
            # One unit of work: a label that cannot be drawn has not been issued, and the older ones stay valid.
            async with unit_of_work():
                issued = await issue_label(actor.region_id, device.id, settings.public_url)
                label = DeviceLabel(
                    payload=issued.payload, number=issued.number, owner=policy.label_owner, phone=policy.label_phone
                )
                if data.format == "png":
                    content = render_png(DEFAULT_TEMPLATE, label, data.dpi)
                else:
                    content = render_pdf(DEFAULT_TEMPLATE, [label])
        except LabelTooSmall as error:
            raise Problem(
                422,
                "label.too_small",
                sv=("Etiketten får inte plats", error.swedish),
                en=("The label does not fit", error.english),
            ) from error
        except TooManyLabelsError as error:
            raise Problem(
                409,
                "label.no_versions_left",
                sv=("Inga fler etiketter", "Hjälpmedlet har fått alla etiketter det kan få. Kontakta förvaltningen."),
                en=("No more labels", "The device has had all the labels it can have. Contact the administrators."),
            ) from error
        name = f"{issued.number}.{data.format}"
        return Response(
            content,
            media_type=_MEDIA[data.format],
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    return (print_label,)
