"""``label.save_template``, ``label.save_profile``, ``label.calibrate``: how labels look and where they land."""

from __future__ import annotations

from uuid import UUID

import msgspec

from app.policy.repository import current_policy
from labels import prints, setup
from labels.arguments import Calibrate, SaveProfile, SaveTemplate
from labels.checks import require_printable, sample_label
from labels.printing import refused
from labels.profiles import PrintProfile, as_profile, calibrated
from labels.template import LabelTemplate, as_template
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome


class Saver:
    """Saves what has been checked against the address that labels lead to."""

    def __init__(self, host: str) -> None:
        self._host = host

    async def template(self, context: CommandContext, args: SaveTemplate) -> Outcome:
        """Store a template that can be printed and read at each resolution of label printers, or refuse it (SR-37)."""
        region_id = context.actor.region_id
        with refused(context):
            template = as_template(args.template)
        if not args.retired:
            policy = await current_policy(region_id, context.received_at)
            number = await prints.longest_number(region_id)
            sample = sample_label(template, self._host, policy.label_owner, policy.label_phone, number)
            with refused(context):
                require_printable(template, [sample])
        return await _store(context, "label_template", template, retired=args.retired)

    async def profile(self, context: CommandContext, args: SaveProfile) -> Outcome:
        """Store a print profile whose labels lie on the paper."""
        with refused(context):
            profile = as_profile(args.profile)
        return await _store(context, "label_profile", profile, retired=args.retired)


async def calibrate(context: CommandContext, args: Calibrate) -> Outcome:
    """Correct a profile by two numbers measured on its calibration sheet."""
    stored_id = _aggregate(context)
    found = await setup.lock_stored(context.actor.region_id, "label_profile", stored_id)
    if found is None:
        raise NotFound
    profile = msgspec.convert(found[0], PrintProfile)
    with refused(context):
        profile = calibrated(profile, args.measured_left_mm, args.measured_top_mm)
    applied = await _store(context, "label_profile", profile, retired=False)
    return Applied({**applied.result, "offset_x_mm": profile.offset_x_mm, "offset_y_mm": profile.offset_y_mm})


async def _store(
    context: CommandContext, table: setup.Table, value: LabelTemplate | PrintProfile, *, retired: bool
) -> Applied:
    stored_id, region_id = _aggregate(context), context.actor.region_id
    found = await setup.lock_stored(region_id, table, stored_id)
    if found is not None and found[1] is not None and context.base_rv is not None and context.base_rv < found[1]:
        raise CommandRefused("label.changed_meanwhile", state={"rv": found[1]})
    if not retired and await setup.is_taken(region_id, table, value.name, stored_id):
        raise CommandRefused("label.name_taken", detail={"name": value.name})
    rv = await setup.store(
        region_id, table, stored_id, value, retired=retired, by=context.actor.user_id, at=context.received_at
    )
    return Applied({"id": str(stored_id), "rv": rv})


def _aggregate(context: CommandContext) -> UUID:
    """The client makes the id of a new template or profile."""
    if context.aggregate is None:
        raise NotFound
    return context.aggregate
