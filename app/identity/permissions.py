"""One table: which role may do what. Every route and every command names a row of it (SR-05).

A permission says which roles may call; *whose* rows they may touch is said by the scope functions below, which the
phone's views and the office's query routes share.
"""

from __future__ import annotations

from typing import Final

from app.identity.actor import Actor, Role

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
PHONE: Final = "phone"

_EVERYONE: Final = frozenset(Role)
_OFFICE: Final = frozenset({Role.PLANNER, Role.CUSTOMER_SERVICE})
_FIELD: Final = frozenset({Role.TECHNICIAN})

#: permission -> roles. PUBLIC needs no session; PHONE is the push key of a registered install.
PERMISSIONS: Final[dict[str, frozenset[Role]]] = {
    PUBLIC: frozenset(),
    PHONE: frozenset(),
    SIGNED_IN: _EVERYONE,
    "work_order.read": _OFFICE | _FIELD | {Role.PRESCRIBER},
    "work_order.triage": _OFFICE | _FIELD,
    "work_order.register": _OFFICE | _FIELD | {Role.PRESCRIBER},
    "work_order.correct": _OFFICE,
    "work_order.assess": _OFFICE | _FIELD,
    "work_order.assign": _OFFICE | _FIELD,
    "work_order.work": _FIELD,
    "work_order.attachment": _OFFICE | _FIELD,
    "work_order.cancel": _OFFICE | _FIELD,
    "device.read": _OFFICE | _FIELD | {Role.PRESCRIBER, Role.WAREHOUSE, Role.DRIVER},
    "device.history": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "device.chain": _OFFICE,
    "recall.read": _OFFICE,
    "service_level.read": _OFFICE,
    "device.holder": _OFFICE | {Role.PRESCRIBER},
    "article.read": _OFFICE | _FIELD | {Role.PRESCRIBER, Role.WAREHOUSE},
    "person.search": _OFFICE | {Role.PRESCRIBER},
    "label.print": _OFFICE | {Role.WAREHOUSE, Role.TECHNICIAN},
    "label.manage": _OFFICE | {Role.WAREHOUSE},
    "customer_order.read": _OFFICE | {Role.PRESCRIBER, Role.WAREHOUSE},
    "customer_order.register": _OFFICE | {Role.PRESCRIBER},
    "customer_order.assign": _OFFICE | {Role.WAREHOUSE},
    "customer_order.cancel": _OFFICE | {Role.PRESCRIBER},
    "pickup_order.read": _OFFICE | {Role.PRESCRIBER, Role.WAREHOUSE},
    "pickup_order.register": _OFFICE | {Role.PRESCRIBER},
    "pickup_order.cancel": _OFFICE | {Role.PRESCRIBER},
    "pickup_order.arrive": _OFFICE | {Role.WAREHOUSE},
    "return.read": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "return.handle": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "holding.read": _OFFICE | {Role.PRESCRIBER},
    "party.read": _OFFICE | {Role.PRESCRIBER, Role.ADMIN},
    "number.search": _OFFICE | _FIELD | {Role.PRESCRIBER, Role.WAREHOUSE},
    "location.read": _OFFICE | _FIELD | {Role.WAREHOUSE, Role.DRIVER},
    "van_stock.use": _FIELD,
    "stock.count": _OFFICE | _FIELD | {Role.WAREHOUSE, Role.DRIVER},
    "stock.adjust": _OFFICE | {Role.WAREHOUSE},
    "purchase.manage": _OFFICE | {Role.WAREHOUSE},
    "safety_notice.read": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "safety_notice.manage": _OFFICE,
    "safety_notice.act": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "device.block": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "pm_notice.give": _OFFICE | _FIELD,
    "maintenance.read": _OFFICE | _FIELD,
    "maintenance.manage": _OFFICE,
    "maintenance.finish": _OFFICE | _FIELD,
    "round.read": _OFFICE | _FIELD | {Role.WAREHOUSE},
    "round.plan": _OFFICE,
    "proof.read": _OFFICE,
    "custody.read": _OFFICE | {Role.WAREHOUSE, Role.DRIVER},
    "custody.hand_over": _OFFICE | {Role.WAREHOUSE, Role.DRIVER},
    "stop.work": frozenset({Role.DRIVER}),
    "fault_report.read": _OFFICE | _FIELD | {Role.PRESCRIBER},
    "fault_report.decide": _OFFICE | _FIELD,
    "user.manage": frozenset({Role.ADMIN}),
    "device_index.read": _OFFICE | _FIELD | {Role.WAREHOUSE, Role.DRIVER},
    "review.read": _OFFICE | _FIELD,
    "review.decide": _OFFICE,
    "colleague.read": _OFFICE | _FIELD | {Role.ADMIN},
    "message.read": _EVERYONE,
    "sync.use": _EVERYONE,
    "unsent.import": _OFFICE,
    "sync_health.read": _OFFICE | {Role.ADMIN},
    "audit.read": frozenset({Role.AUDITOR}),
}


def allowed(actor: Actor, permission: str) -> bool:
    """True when an active actor holds a role that the permission names.

    Raises:
        KeyError: the permission is not in the table, which is a fault in the code.
    """
    return actor.active and not actor.roles.isdisjoint(PERMISSIONS[permission])
