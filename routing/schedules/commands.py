"""The handlers of ``round_template.save``, ``round_template.retire`` and ``delivery_agreement.set``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import execute
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome
from routing.rounds.handling import check_crew
from routing.schedules import repository
from routing.schedules.arguments import FixedStop, RetireRoundTemplate, SaveRoundTemplate, SetAgreement


async def save(context: CommandContext, arguments: SaveRoundTemplate) -> Outcome:
    """Keep a round of the list, whole. Rounds that were made of it stay as they are."""
    if context.aggregate is None:
        raise CommandRefused("template.id_missing")
    region_id = context.actor.region_id
    known = await repository.lock_template(region_id, context.aggregate)
    if known is None and await repository.template_elsewhere(context.aggregate):
        raise CommandRefused("template.id_taken")
    if known is not None and known["retired_at"] is not None:
        raise CommandRefused("template.retired")
    await check_crew(region_id, arguments.van_id, arguments.driver_id)
    if not (arguments.postcode_prefixes or arguments.towns or any(one.party_numbers for one in arguments.fixed_stops)):
        raise CommandRefused("template.no_area", detail={"name": arguments.name})
    stops = [await _fixed_stop(region_id, stop) for stop in arguments.fixed_stops]
    await repository.save_template(
        {
            "id": context.aggregate,
            "region_id": region_id,
            "name": arguments.name,
            "carrier": arguments.carrier,
            "weekdays": sorted(set(arguments.weekdays)),
            "postcode_prefixes": sorted({"".join(prefix.split()) for prefix in arguments.postcode_prefixes}),
            "towns": sorted(set(arguments.towns)),
            "cutoff_days": arguments.cutoff_days,
            "cutoff_at": arguments.cutoff_at,
            "on_holiday": arguments.on_holiday,
            "van_id": arguments.van_id,
            "driver_id": arguments.driver_id,
        }
    )
    await repository.replace_stops(context.aggregate, stops)
    return Applied()


async def _fixed_stop(region_id: UUID, stop: FixedStop) -> dict[str, Any]:
    if stop.window_from is not None and stop.window_to is not None and stop.window_from >= stop.window_to:
        raise CommandRefused("template.window_ends_first", detail={"name": stop.name})
    parties = await repository.parties_by_number(region_id, stop.party_numbers)
    for number in stop.party_numbers:
        if number not in parties:
            raise CommandRefused("template.party_unknown", detail={"name": stop.name, "number": number})
    return {
        "name": stop.name,
        "street": stop.street,
        "postcode": stop.postcode,
        "town": stop.town,
        "carrier_note": stop.carrier_note,
        "window_from": stop.window_from,
        "window_to": stop.window_to,
        "party_ids": sorted(party for number in set(stop.party_numbers) for party in parties[number]),
    }


async def retire(context: CommandContext, _arguments: RetireRoundTemplate) -> Outcome:
    """Take a round off the list."""
    found = None
    if context.aggregate is not None:
        found = await repository.lock_template(context.actor.region_id, context.aggregate)
    if found is None:
        raise NotFound
    if found["retired_at"] is None:
        await execute("update round_template set retired_at = $2 where id = $1", found["id"], context.at)
    return Applied()


async def agree(context: CommandContext, arguments: SetAgreement) -> Outcome:
    """Keep how a customer gets deliveries (R-122)."""
    region_id = context.actor.region_id
    found = await repository.parties_by_number(region_id, [arguments.customer_number])
    if not found:
        raise CommandRefused("agreement.customer_unknown", detail={"number": arguments.customer_number})
    await repository.set_agreement(region_id, found[arguments.customer_number], arguments.kind)
    return Applied()
