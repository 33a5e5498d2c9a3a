"""Parts that were used, and the shelf they came from: the ledger follows what counts on the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from app.database import fetch
from app.stock import ledger
from app.stock.ledger import Entry
from field.work_orders.repository import COUNTS, LockedOrder
from offline_sync.asking import ask_person
from offline_sync.commands import CommandContext

VAN_STOCK: Final = "van_stock"


async def settle(
    context: CommandContext, order: LockedOrder, parts: Iterable[UUID], *, undone: UUID | None = None
) -> None:
    """Make the ledger say of these parts what the order says of them.

    A part that is told twice is taken once, one that is corrected is taken by its difference, and one of a command that
    is taken back (``undone``) lies on the shelf again. More than lay there is taken all the same, and a person is asked
    (sync case 29).
    """
    wanted: dict[tuple[UUID, UUID, UUID], int] = {}
    for row in await fetch(
        "select p.id, p.location_id, a.id as article_id, p.quantity from part_used p"  # noqa: S608
        " join work_order w on w.id = p.work_order_id"
        " join article a on a.region_id = p.region_id and a.number = p.article_number"
        " where p.work_order_id = $1 and p.id = any($2) and p.location_id is not null"
        f" and p.command_id is distinct from $3 and {COUNTS.format(alias='p')}",
        order.id,
        ids := list(parts),
        undone,
    ):
        wanted[row["id"], row["location_id"], row["article_id"]] = -row["quantity"]
    booked = {
        (row["part_id"], row["location_id"], row["article_id"]): row["quantity"]
        for row in await fetch(
            "select part_id, location_id, article_id, sum(quantity)::integer as quantity from stock_entry"
            " where part_id = any($1) group by part_id, location_id, article_id",
            ids,
        )
    }
    entries = [
        Entry(location_id, article_id, difference, "used", part_id)
        for (part_id, location_id, article_id) in sorted(wanted.keys() | booked.keys())
        if (
            difference := wanted.get((part_id, location_id, article_id), 0)
            - booked.get((part_id, location_id, article_id), 0)
        )
    ]
    if not entries:
        return
    await ledger.write(order.region_id, context.actor.user_id, context.command_id, context.at, entries)
    short = await ledger.shortages(entries)
    if short:
        first = short[0]
        await ask_person(
            context,
            "van_stock.short",
            VAN_STOCK,
            first.location_id,
            {
                "number": order.number,
                "place": first.location_name,
                "article": f"{first.article_name} {first.article_number}",
                "quantity": first.quantity,
                "others": len(short) - 1,
            },
        )


async def of_command(command_id: UUID) -> list[UUID]:
    """Return the parts that a command has told of."""
    return [row["id"] for row in await fetch("select id from part_used where command_id = $1", command_id)]
