"""Which device may be exchanged for which: pure rules (R-219, R-236 to R-238)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ExchangeDevice:
    """What the rules look at.

    Attributes:
        exchangeable: the article's own mark; the region's list of models counts besides (R-238).
        stopped: blocked, or under a safety notice (R-303).
        held: somebody has it.
        reserved_for: the open order that it is kept for, or None.
    """

    id: UUID
    status: str
    article_id: UUID
    article_name: str
    exchangeable: bool
    expired: bool
    stopped: bool = False
    held: bool = False
    reserved_for: UUID | None = None


_READY = frozenset({"in_stock", "reserved", "in_transit"})


def exchange_fault(old: ExchangeDevice, new: ExchangeDevice, order_id: UUID, models: Collection[str]) -> str | None:
    """Return what stands in the way of an exchange, the gravest first, or None.

    Like for like: the same article, or two models of the region's list. An old device that is on no list, and is not
    marked as exchangeable, is not exchanged by the technician; an expired one is the prescriber's (R-237).
    """
    if old.id == new.id:
        return "work_order.exchange_same"
    if new.stopped or new.status in {"scrapped", "lost", "quarantined"}:
        return "work_order.exchange_stopped"
    if new.held or new.status not in _READY:
        return "work_order.exchange_not_ready"
    if new.reserved_for is not None and new.reserved_for != order_id:
        return "work_order.exchange_reserved"
    listed = old.article_name in models
    if not listed and not old.exchangeable:
        return "work_order.exchange_expired" if old.expired else "work_order.exchange_not_listed"
    if new.article_id != old.article_id and not (listed and new.article_name in models):
        return "work_order.exchange_not_alike"
    return None
