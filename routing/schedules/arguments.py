"""The arguments of the commands on round schedules. Unknown fields are refused, lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from offline_sync.commands import Arguments

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Line: TypeAlias = Annotated[str, Meta(max_length=100)]
Prefix: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{1,3}( ?[0-9]{1,2})?$")]


class FixedStop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stop that the round always uses for some care units and customers, named by their numbers (R-276, R-277)."""

    name: Name
    street: Line = ""
    postcode: Annotated[str, Meta(max_length=10)] = ""
    town: Line = ""
    carrier_note: Annotated[str, Meta(max_length=500)] = ""
    window_from: time | None = None
    window_to: time | None = None
    party_numbers: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=30)], ...], Meta(max_length=100)] = ()


class SaveRoundTemplate(Arguments, frozen=True, kw_only=True):
    """A round of the list, whole: a new one, or in the place of the one with this id.

    Attributes:
        weekdays: Monday is 0.
        postcode_prefixes, towns: its area; with neither it serves its fixed stops alone.
        cutoff_days, cutoff_at: what is ordered after this time so many days before goes with the next (R-279).
        on_holiday: it drives on the working day after or before, or not at all.
    """

    name: Name
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(min_length=1, max_length=7)]
    carrier: Literal["van", "internal_post"] = "van"
    postcode_prefixes: Annotated[tuple[Prefix, ...], Meta(max_length=200)] = ()
    towns: Annotated[tuple[Name, ...], Meta(max_length=100)] = ()
    cutoff_days: Annotated[int, Meta(ge=0, le=30)] = 0
    cutoff_at: time | None = None
    on_holiday: Literal["after", "before", "none"] = "after"
    van_id: UUID | None = None
    driver_id: UUID | None = None
    fixed_stops: Annotated[tuple[FixedStop, ...], Meta(max_length=50)] = ()


class RetireRoundTemplate(Arguments, frozen=True, kw_only=True):
    """The round is driven no more; rounds that were made of it stay."""


class SetAgreement(Arguments, frozen=True, kw_only=True):
    """How a customer gets deliveries (R-122); None: nobody has said, and the list that covers the address decides."""

    customer_number: Annotated[str, Meta(min_length=1, max_length=30)]
    kind: Literal["round_list", "daily"] | None


class MakeRounds(Arguments, frozen=True, kw_only=True):
    """Make the day's rounds of the list; ``fill``: and put on them what is to go with them."""

    on_day: date
    fill: bool = True
