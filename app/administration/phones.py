"""The handlers of the commands on phones (SR-14). What a phone has not sent is never deleted by them."""

from __future__ import annotations

from app.administration import repository
from app.administration.arguments import RestorePhone, RevokePhone
from app.database import Record
from app.identity.sessions import revoke_sync_device
from offline_sync.commands import Applied, CommandContext, NotFound, Outcome
from offline_sync.repository import set_device_state


async def revoke(context: CommandContext, arguments: RevokePhone) -> Outcome:
    """Shut a phone out: its sessions end and pushing to its user's browsers stops until they start again.

    Its push key lives on, so that work already done still arrives: put aside for a person when the phone is lost,
    judged as usual when it is to be wiped.
    """
    phone = await _load(context)
    await set_device_state(phone["id"], arguments.kind)
    await revoke_sync_device(phone["id"])
    await repository.drop_subscriptions(phone["user_id"])
    return Applied({"state": arguments.kind})


async def restore(context: CommandContext, _arguments: RestorePhone) -> Outcome:
    """Let a phone in again; its user signs in as after any other sign-out."""
    phone = await _load(context)
    await set_device_state(phone["id"], "active")
    return Applied({"state": "active"})


async def _load(context: CommandContext) -> Record:
    row = await repository.lock_phone(context.actor.region_id, context.aggregate)
    if row is None:
        raise NotFound
    return row
