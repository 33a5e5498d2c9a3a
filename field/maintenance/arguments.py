"""The arguments of every maintenance command. Unknown fields are refused and lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from field.maintenance.lifecycle import Disposition, DueFrom
from offline_sync.commands import Arguments

Ground: TypeAlias = Literal["manufacturer", "authority", "standard"]
Told: TypeAlias = Literal["phone", "letter", "message", "in_person"]
Note: TypeAlias = Annotated[str, Meta(max_length=500)]
Number: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]


class SetMaintenancePlan(Arguments, frozen=True, kw_only=True):
    """A plan as it holds from now on; the aggregate is its id, made by the client. It is for exactly one of the three.

    ``iso_class`` may be written with spaces, and a shorter one is wider: "12 36" is every lift.
    """

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    device_number: Number | None = None
    article_number: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    iso_class: Annotated[str, Meta(pattern="^[0-9]{2}( ?[0-9]{2}){0,2}$")] | None = None
    ground: Ground
    ground_text: Annotated[str, Meta(min_length=1, max_length=300)]
    interval_months: Annotated[int, Meta(ge=1, le=120)]
    due_from: DueFrom
    template_id: Annotated[str, Meta(min_length=1, max_length=64)]
    template_version: Annotated[int, Meta(ge=1)]


class EndMaintenancePlan(Arguments, frozen=True, kw_only=True):
    """The plan no longer holds. Dates that devices have already stay."""


class GiveMaintenanceNotice(Arguments, frozen=True, kw_only=True):
    """The holder was told on ``given_on``; ``agreed`` when a day sooner than two weeks was agreed with them (R-228)."""

    given_on: date
    how: Told
    agreed: bool = False


class MaintenanceNoContact(Arguments, frozen=True, kw_only=True):
    """Nobody could be reached: the prescriber is told (R-230)."""

    note: Note = ""


class TellMaintenancePrescriber(Arguments, frozen=True, kw_only=True):
    """Somebody has spoken to the prescriber, who has no messages here (R-230)."""

    note: Note = ""


class BookMaintenance(Arguments, frozen=True, kw_only=True):
    """A visit on a day: the work order is made when there is none.

    Attributes:
        place: at the centre first, at the holder's where that is needed (R-229).
    """

    on: date
    place: Literal["at_centre", "at_holder", "at_unit"] = "at_centre"
    technician_id: UUID | None = None


class WaiveMaintenance(Arguments, frozen=True, kw_only=True):
    """It will not be done, with the prescriber's word for it."""

    note: Annotated[str, Meta(min_length=1, max_length=500)]


class DisposeAfterMaintenance(Arguments, frozen=True, kw_only=True):
    """What becomes of a device that was not approved (R-233)."""

    disposition: Disposition
    note: Note = ""


class LabelMaintenance(Arguments, frozen=True, kw_only=True):
    """The next-PM label is on the device: its printed label was scanned, or it was written by hand (R-074)."""

    how: Literal["scan", "handwritten"]
    scan_raw: Annotated[str, Meta(max_length=500)] | None = None
