"""``stop.confirm_position``: the driver has found the door, and the next plan knows it."""

from __future__ import annotations

from typing import Final

from app.database import fetch_row
from app.registry.addresses import correct_position
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome
from routing.rounds import repository
from routing.rounds.arguments import ConfirmPosition
from routing.rounds.driving import load_stop
from routing.travel.ground import misplaced
from routing.travel.provider import Point

#: A phone that knows no better than this does not know better than the register.
EXACT_ENOUGH_M: Final = 50


async def confirm(context: CommandContext, arguments: ConfirmPosition) -> Outcome:
    """Correct the stop's position, and that of its address for every later order there.

    Refused when the phone is not sure, or says that the door is in another country.
    """
    stop = await load_stop(context)
    detail = {"stop": stop.position}
    if arguments.accuracy_m > EXACT_ENOUGH_M:
        raise CommandRefused("stop.position_vague", detail=detail, subject_kind="stop", subject_id=stop.id)
    if misplaced(Point(arguments.latitude, arguments.longitude)) is not None:
        raise CommandRefused("stop.position_odd", detail=detail, subject_kind="stop", subject_id=stop.id)
    await repository.update("stop", stop.id, {"latitude": arguments.latitude, "longitude": arguments.longitude})
    address = await fetch_row("select street, postcode, town from stop where id = $1", stop.id)
    if address is not None and address["street"] and address["postcode"]:
        await correct_position(
            stop.region_id,
            street=address["street"],
            postcode=address["postcode"],
            town=address["town"],
            latitude=arguments.latitude,
            longitude=arguments.longitude,
        )
    return Applied()
