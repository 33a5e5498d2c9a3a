"""A technician's own van as a shelf: which one it is, what is filled in, and what the phone knows of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.identity.actor import Actor, Role
from app.stock import ledger
from app.stock.ledger import Entry
from offline_sync.commands import Applied, Arguments, CommandContext, CommandRefused, NotFound, Outcome
from offline_sync.views import View

SUBJECT: Final = "van_stock"
Quantity: TypeAlias = Annotated[int, Meta(ge=-9999, le=9999)]


class ChooseVan(Arguments, frozen=True, kw_only=True):
    """The author drives this van; None: none."""

    location_id: UUID | None


class FilledLine(Arguments, frozen=True, kw_only=True):
    """So many of an article; below nothing: taken back to the store. Of a count: how many lie there."""

    article_number: Annotated[str, Meta(min_length=1, max_length=30)]
    quantity: Quantity


class FillVan(Arguments, frozen=True, kw_only=True):
    """What was put into the van, taken out of it, or (``counted``) was found in it. The aggregate is the van."""

    lines: Annotated[tuple[FilledLine, ...], Meta(min_length=1, max_length=200)]
    counted: bool = False


async def choose(context: CommandContext, arguments: ChooseVan) -> Outcome:
    """Say which van is the author's own."""
    van_id = arguments.location_id
    if van_id is not None and not await ledger.is_van(context.actor.region_id, van_id):
        raise _refusal("van_stock.no_van", van_id)
    await ledger.choose_van(context.actor.user_id, van_id)
    return Applied()


async def fill(context: CommandContext, arguments: FillVan) -> Outcome:
    """Add what was filled in to the ledger, all lines or none.

    Raises:
        NotFound: the region has no such van.
        CommandRefused: a line names no article, or one that has numbers of its own.
    """
    region_id, van_id = context.actor.region_id, context.aggregate
    if van_id is None or not await ledger.is_van(region_id, van_id):
        raise NotFound
    quantities: dict[str, int] = {}
    for line in arguments.lines:
        quantities[line.article_number] = quantities.get(line.article_number, 0) + line.quantity
    known = await ledger.articles_by_number(region_id, list(quantities))
    for number, quantity in quantities.items():
        if number not in known:
            raise _refusal("van_stock.article_unknown", van_id, number)
        if arguments.counted and quantity < 0:
            raise _refusal("van_stock.count_negative", van_id, number)
    before = await ledger.balances(van_id, list(known.values())) if arguments.counted else {}
    entries = []
    for number, quantity in quantities.items():
        difference = quantity - before.get(known[number], 0) if arguments.counted else quantity
        if difference:
            kind: ledger.EntryKind = "counted" if arguments.counted else "filled" if difference > 0 else "returned"
            entries.append(Entry(van_id, known[number], difference, kind))
    if entries:
        await ledger.write(region_id, context.actor.user_id, context.command_id, context.at, entries)
    return Applied({"lines": len(entries)})


def _refusal(code: str, van_id: UUID, number: str = "") -> CommandRefused:
    return CommandRefused(code, detail={"number": number}, subject_kind=SUBJECT, subject_id=van_id)


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.user_id, actor.has(Role.TECHNICIAN))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


#: The own van, also when nothing lies in it: one row.
VAN_VIEW: Final = View(
    kind="van",
    keys_sql=(
        "select l.id, hashtext(l.number || l.name)::bigint + 2147483648 as rv, 4 as urgency"
        " from user_account u join location l on l.id = u.van_id where u.id = $1 and $2::boolean"
    ),
    parameters=_parameters,
    rows_sql=(
        "select id, jsonb_build_object('id', id, 'number', number, 'name', name) as row from location"
        " where id = any($1::uuid[])"
    ),
    scopes=_scopes,
)

VAN_STOCK_VIEW: Final = View(
    kind="van_stock",
    keys_sql=(
        "select b.id, b.rv, 4 as urgency from user_account u join stock_balance b on b.location_id = u.van_id"
        " where u.id = $1 and $2::boolean"
    ),
    parameters=_parameters,
    rows_sql=(
        "select b.id, jsonb_build_object('id', b.id, 'location_id', b.location_id, 'article_number', a.number,"
        " 'article_name', a.name, 'unit', a.unit, 'quantity', b.quantity) as row"
        " from stock_balance b join article a on a.id = b.article_id where b.id = any($1::uuid[])"
    ),
    scopes=_scopes,
)
